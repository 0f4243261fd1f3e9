package io.gantry.agent.image.transfer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EffectBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.PullEvent;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One pull, recorded: what was asked for, what that names, each layer that has come, how it ended.
 * After a crash it goes on by itself with what it has, unless it was somebody's credentials that it
 * went with: these are nowhere but in the memory of the agent that was given them.
 */
final class PullActor
    extends EventSourcedBehavior<PullActor.Command, Recorded<PullEvent>, PullState> {
  static final String PREFIX = "pull|";
  private static final String INTERRUPTED =
      "the agent ended; the credentials it was given are gone with it";

  /** What may be said to a pull. */
  sealed interface Command {}

  /** Answers when the image is here, or why it is not. Once. */
  record Begin(
      PullEvent.Requested requested, PullWork work, Caller caller, ActorRef<Outcome<Image>> replyTo)
      implements Command {}

  /** Nobody waits for it any more. */
  record Cancel() implements Command {}

  private record Found(PullWork.Found found) implements Command {}

  private record Announced() implements Command {}

  private record Stored(String layer) implements Command {}

  private record Named(Outcome<Image> outcome) implements Command {}

  private record Failed(Throwable failure) implements Command {}

  private final ActorContext<Command> context;
  private final String id;
  private final Surroundings surroundings;
  private final InstantSource clock;
  private Optional<PullWork> work = Optional.empty();
  private Optional<ActorRef<Outcome<Image>>> waiting = Optional.empty();
  private Caller caller = Caller.ENGINE;

  /**
   * @param resume makes the work of a pull that a crash has interrupted
   * @param recovered hears when a pull knows again how far it was, and holds what it has
   * @param keep how long what an unfinished pull has unpacked stays for another attempt
   */
  record Surroundings(
      Function<PullEvent.Requested, PullWork> resume,
      Runnable recovered,
      Duration keep,
      InstantSource clock) {}

  static Behavior<Command> create(String id, Surroundings surroundings) {
    return Behaviors.setup(context -> new PullActor(context, id, surroundings));
  }

  private PullActor(ActorContext<Command> context, String id, Surroundings surroundings) {
    super(
        PersistenceId.ofUniqueId(PREFIX + id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(30), 0.2));
    this.context = context;
    this.id = id;
    this.surroundings = surroundings;
    this.clock = surroundings.clock();
  }

  @Override
  public String journalPluginId() {
    return "gantry.record.journal";
  }

  @Override
  public String snapshotPluginId() {
    return "gantry.record.snapshot";
  }

  @Override
  public PullState emptyState() {
    return new PullState.Absent();
  }

  @Override
  public EventHandler<PullState, Recorded<PullEvent>> eventHandler() {
    return (state, recorded) -> PullState.apply(state, recorded.event());
  }

  @Override
  public SignalHandler<PullState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, _) -> recovered(state))
        .build();
  }

  private void recovered(PullState state) {
    switch (state) {
      case PullState.Resolving(var requested) -> goOn(requested, state);
      case PullState.Fetching(var requested, _, _) -> goOn(requested, state);
      case PullState.Absent _, PullState.Ended _ -> {}
    }
    surroundings.recovered().run();
  }

  private void goOn(PullEvent.Requested requested, PullState state) {
    var resumed = surroundings.resume().apply(requested);
    work = Optional.of(resumed);
    if (state instanceof PullState.Fetching fetching) {
      // At once: what the pull has must not be swept before it goes on.
      resumed.hold(fetching.resolved());
    }
    if (requested.anonymous()) {
      act(state);
    } else {
      context.getSelf().tell(new Failed(new IllegalStateException(INTERRUPTED)));
    }
  }

  @Override
  public CommandHandler<Command, Recorded<PullEvent>, PullState> commandHandler() {
    return this::onCommand;
  }

  private Effect<Recorded<PullEvent>, PullState> onCommand(PullState state, Command command) {
    return switch (state) {
      case PullState.Absent _ -> whenAbsent(command);
      case PullState.Resolving(var requested) -> whenResolving(requested, command);
      case PullState.Fetching fetching -> whenFetching(fetching, command);
      case PullState.Ended _ -> whenEnded(command);
    };
  }

  private Effect<Recorded<PullEvent>, PullState> whenAbsent(Command command) {
    return switch (command) {
      case Begin begin -> {
        work = Optional.of(begin.work());
        waiting = Optional.of(begin.replyTo());
        caller = begin.caller();
        yield persist(begin.requested(), begin.requested()).thenRun(this::act);
      }
      case Cancel _, Found _, Announced _, Stored _, Named _, Failed _ ->
          Effect().none().thenStop();
    };
  }

  private Effect<Recorded<PullEvent>, PullState> whenResolving(
      PullEvent.Requested requested, Command command) {
    return switch (command) {
      case Found(PullWork.Found.Here(var image, var digest)) -> {
        work.ifPresent(w -> w.sayEnd(digest, "Image is up to date for "));
        yield end(requested, "unchanged", image.getId(), new Outcome.Unchanged<>(image));
      }
      case Found(PullWork.Found.Layers(var resolved)) ->
          persist(requested, resolved).thenRun(this::act);
      case Cancel _ -> cancelled(requested, "");
      case Failed(var failure) -> failed(requested, "", failure);
      case Begin _, Announced _, Stored _, Named _ -> Effect().none();
    };
  }

  private Effect<Recorded<PullEvent>, PullState> whenFetching(
      PullState.Fetching state, Command command) {
    var requested = state.requested();
    var image = state.resolved().imageId();
    return switch (command) {
      case Announced _ -> {
        fetch(state);
        yield Effect().none();
      }
      case Stored(var layer) ->
          persist(requested, new PullEvent.LayerStored(layer, clock.instant()))
              .thenRun(this::nameWhenComplete);
      case Named(Outcome.Refused<Image> refused) -> end(requested, "failed", image, refused);
      case Named(var done) -> end(requested, "completed", image, done);
      case Cancel _ -> cancelled(requested, image);
      case Failed(var failure) -> failed(requested, image, failure);
      case Begin _, Found _ -> Effect().none();
    };
  }

  private Effect<Recorded<PullEvent>, PullState> whenEnded(Command command) {
    return switch (command) {
      case Begin _, Cancel _, Found _, Announced _, Stored _, Named _, Failed _ ->
          Effect().none().thenStop();
    };
  }

  // -- steps

  private void act(PullState state) {
    switch (state) {
      case PullState.Resolving _ -> run(PullWork::find, Found::new);
      case PullState.Fetching(_, var resolved, _) ->
          run(w -> w.announce(resolved), _ -> new Announced());
      case PullState.Absent _, PullState.Ended _ -> {}
    }
  }

  private void fetch(PullState.Fetching state) {
    var resolved = state.resolved();
    if (resolved.layers().isEmpty()) {
      nameWhenComplete(state);
    }
    resolved.layers().stream()
        .distinct()
        .forEach(layer -> run(w -> w.layer(resolved, layer), Stored::new));
  }

  private void nameWhenComplete(PullState state) {
    if (state instanceof PullState.Fetching fetching && fetching.isComplete()) {
      run(w -> w.name(fetching.resolved(), caller), Named::new);
    }
  }

  private <T> void run(Function<PullWork, CompletionStage<T>> step, Function<T, Command> report) {
    BiFunction<T, Throwable, Command> told =
        (value, failure) -> failure == null ? report.apply(value) : new Failed(failure);
    work.ifPresent(w -> context.pipeToSelf(step.apply(w), told::apply));
  }

  // -- ends

  private Effect<Recorded<PullEvent>, PullState> failed(
      PullEvent.Requested requested, String image, Throwable failure) {
    return end(
        requested,
        "failed",
        image,
        TransferFailures.pull(requested.reference(), TransferFailures.cause(failure)));
  }

  private Effect<Recorded<PullEvent>, PullState> cancelled(
      PullEvent.Requested requested, String image) {
    return end(
        requested, "cancelled", image, Outcome.refused(ErrorKind.UNAVAILABLE, "context canceled"));
  }

  private Effect<Recorded<PullEvent>, PullState> end(
      PullEvent.Requested requested, String outcome, String image, Outcome<Image> answer) {
    var message =
        answer instanceof Outcome.Refused<Image>(_, var why) && outcome.equals("failed") ? why : "";
    work.ifPresent(PullWork::cancel);
    return persist(requested, new PullEvent.Ended(outcome, image, message, clock.instant()))
        .thenRun(
            _ -> {
              work.ifPresent(w -> close(w, outcome));
              waiting.ifPresent(replyTo -> replyTo.tell(answer));
            })
        .thenStop();
  }

  /** Layers of a pull that came to nothing stay a while: most are asked for again. */
  private void close(PullWork ended, String outcome) {
    switch (outcome) {
      case "failed", "cancelled" ->
          context
              .getSystem()
              .scheduler()
              .scheduleOnce(surroundings.keep(), ended::close, context.getExecutionContext());
      default -> ended.close();
    }
  }

  private EffectBuilder<Recorded<PullEvent>, PullState> persist(
      PullEvent.Requested requested, PullEvent event) {
    var subject = new Subject("pull", id, requested.reference(), "", Map.of());
    return Effect()
        .persist(
            new Recorded<>(
                event, subject, new Provenance(caller.requestId(), caller.principal(), 0)));
  }
}
