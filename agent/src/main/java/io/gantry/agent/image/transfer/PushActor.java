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
import io.gantry.agent.image.Digest;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.PushEvent;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.ErrorKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One push, recorded: what was asked for, each layer that the registry has, how it ended. A crash
 * ends it: nobody waits for it any more, and a new one sends only what the registry does not have.
 */
final class PushActor
    extends EventSourcedBehavior<PushActor.Command, Recorded<PushEvent>, PushState> {
  static final String PREFIX = "push|";
  private static final String INTERRUPTED = "the agent ended";

  /** What may be said to a push. */
  sealed interface Command {}

  /** Answers with the digest of the manifest, or why there is none. Once. */
  record Begin(
      PushEvent.Requested requested,
      PushWork work,
      Caller caller,
      ActorRef<Outcome<Digest>> replyTo)
      implements Command {}

  /** Nobody waits for it any more. */
  record Cancel() implements Command {}

  private record Announced() implements Command {}

  private record Sent(PushEvent.LayerSent layer) implements Command {}

  private record Finished(Digest digest) implements Command {}

  private record Failed(Throwable failure) implements Command {}

  private final ActorContext<Command> context;
  private final String id;
  private final InstantSource clock;
  private Optional<PushWork> work = Optional.empty();
  private Optional<ActorRef<Outcome<Digest>>> waiting = Optional.empty();
  private Caller caller = Caller.ENGINE;

  static Behavior<Command> create(String id, InstantSource clock) {
    return Behaviors.setup(context -> new PushActor(context, id, clock));
  }

  private PushActor(ActorContext<Command> context, String id, InstantSource clock) {
    super(
        PersistenceId.ofUniqueId(PREFIX + id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(30), 0.2));
    this.context = context;
    this.id = id;
    this.clock = clock;
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
  public PushState emptyState() {
    return new PushState.Absent();
  }

  @Override
  public EventHandler<PushState, Recorded<PushEvent>> eventHandler() {
    return (state, recorded) -> PushState.apply(state, recorded.event());
  }

  @Override
  public SignalHandler<PushState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.class,
            (state, _) -> {
              if (state instanceof PushState.Sending) {
                context.getSelf().tell(new Failed(new IllegalStateException(INTERRUPTED)));
              }
            })
        .build();
  }

  @Override
  public CommandHandler<Command, Recorded<PushEvent>, PushState> commandHandler() {
    return this::onCommand;
  }

  private Effect<Recorded<PushEvent>, PushState> onCommand(PushState state, Command command) {
    return switch (state) {
      case PushState.Absent _ -> whenAbsent(command);
      case PushState.Sending sending -> whenSending(sending, command);
      case PushState.Ended _ -> Effect().none().thenStop();
    };
  }

  private Effect<Recorded<PushEvent>, PushState> whenAbsent(Command command) {
    return switch (command) {
      case Begin begin -> {
        work = Optional.of(begin.work());
        waiting = Optional.of(begin.replyTo());
        caller = begin.caller();
        yield persist(begin.requested(), begin.requested())
            .thenRun(_ -> run(PushWork::announce, _ -> new Announced()));
      }
      case Cancel _, Announced _, Sent _, Finished _, Failed _ -> Effect().none().thenStop();
    };
  }

  private Effect<Recorded<PushEvent>, PushState> whenSending(
      PushState.Sending state, Command command) {
    var requested = state.requested();
    return switch (command) {
      case Announced _ -> {
        work.ifPresent(w -> w.layers().forEach(layer -> run(one -> one.layer(layer), Sent::new)));
        finishWhenSent(state);
        yield Effect().none();
      }
      case Sent(var layer) -> persist(requested, layer).thenRun(this::finishWhenSent);
      case Finished(var digest) ->
          end(requested, "completed", digest.toString(), Outcome.done(digest));
      case Cancel _ ->
          end(
              requested,
              "cancelled",
              "",
              Outcome.refused(ErrorKind.UNAVAILABLE, "context canceled"));
      case Failed(var failure) ->
          end(
              requested,
              "failed",
              "",
              TransferFailures.other(
                  "push " + requested.reference(), TransferFailures.cause(failure)));
      case Begin _ -> Effect().none();
    };
  }

  private void finishWhenSent(PushState state) {
    if (state instanceof PushState.Sending(_, var sent)
        && work.map(w -> sent.containsAll(w.layers())).orElse(false)) {
      run(w -> w.finish(caller), Finished::new);
    }
  }

  private <T> void run(Function<PushWork, CompletionStage<T>> step, Function<T, Command> report) {
    BiFunction<T, Throwable, Command> told =
        (value, failure) -> failure == null ? report.apply(value) : new Failed(failure);
    work.ifPresent(w -> context.pipeToSelf(step.apply(w), told::apply));
  }

  private Effect<Recorded<PushEvent>, PushState> end(
      PushEvent.Requested requested, String outcome, String digest, Outcome<Digest> answer) {
    var message =
        answer instanceof Outcome.Refused<Digest>(_, var why) && outcome.equals("failed")
            ? why
            : "";
    work.ifPresent(PushWork::cancel);
    return persist(requested, new PushEvent.Ended(outcome, digest, message, clock.instant()))
        .thenRun(
            _ -> {
              work.ifPresent(PushWork::close);
              waiting.ifPresent(replyTo -> replyTo.tell(answer));
            })
        .thenStop();
  }

  private EffectBuilder<Recorded<PushEvent>, PushState> persist(
      PushEvent.Requested requested, PushEvent event) {
    var subject = new Subject("push", id, requested.reference(), "", Map.of());
    return Effect()
        .persist(
            new Recorded<>(
                event, subject, new Provenance(caller.requestId(), caller.principal(), 0)));
  }
}
