package io.gantry.agent.volume;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.record.Unanswered;
import io.gantry.agent.volume.lifecycle.Decision;
import io.gantry.agent.volume.lifecycle.Lifecycle;
import io.gantry.agent.volume.lifecycle.Request;
import io.gantry.agent.volume.lifecycle.State;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.VolumeSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** One volume: recorded claims, and the deletion of its directory once it is asked for. */
public final class VolumeActor
    extends EventSourcedBehavior<VolumeActor.Command, Recorded<VolumeEvent>, State> {
  public static final String PREFIX = "volume|";

  /** What may be said to a volume. */
  public sealed interface Command {}

  /** A removal is answered when the directory is gone, everything else once recorded. */
  public record Handle(Request request, Caller caller, ActorRef<Outcome<State>> replyTo)
      implements Command {}

  /** Stops when the volume does not exist; else {@code staying} hears that it does. */
  record Passivate(ActorRef<Staying> staying) implements Command {}

  record Staying(String name) {}

  private record DirectoryDeleted(Optional<String> failure) implements Command {}

  /**
   * What all volumes share.
   *
   * @param publish hears of the volume after its recovery and after each change
   * @param idle hears that the actor of that name has no volume to care for
   */
  record Surroundings(
      BiConsumer<String, State> publish,
      Consumer<String> idle,
      Function<String, CompletionStage<?>> deleteDirectory,
      InstantSource clock) {}

  private final ActorContext<Command> context;
  private final String name;
  private final Surroundings surroundings;
  private final List<ActorRef<Outcome<State>>> awaitingRemoval = new ArrayList<>();
  private final Unanswered unanswered;
  private Caller remover = Caller.ENGINE;

  static Behavior<Command> create(String name, Surroundings surroundings) {
    return Behaviors.setup(context -> new VolumeActor(context, name, surroundings));
  }

  private VolumeActor(ActorContext<Command> context, String name, Surroundings surroundings) {
    super(
        PersistenceId.ofUniqueId(PREFIX + name),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.1));
    this.context = context;
    this.name = name;
    this.surroundings = surroundings;
    this.unanswered = new Unanswered(context.getSystem(), PREFIX + name, "volume " + name);
  }

  @Override
  public State emptyState() {
    return new State.Absent();
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
  public EventHandler<State, Recorded<VolumeEvent>> eventHandler() {
    return (state, recorded) -> Lifecycle.apply(state, recorded.event());
  }

  @Override
  public SignalHandler<State> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.class,
            (state, _) -> {
              surroundings.publish().accept(name, state);
              if (state instanceof State.Removing) {
                deleteDirectory();
              }
            })
        .onSignal(PreRestart.class, (_, _) -> refuseAll())
        .onSignal(PostStop.class, (_, _) -> refuseAll())
        .build();
  }

  private void refuseAll() {
    answerRemoval(Outcome.refused(ErrorKind.INTERNAL, unanswered.refuse()));
  }

  @Override
  public CommandHandler<Command, Recorded<VolumeEvent>, State> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Handle handle -> onRequest(state, handle);
          case DirectoryDeleted(var failure) -> onDeleted(state, failure);
          case Passivate(var staying) ->
              state instanceof State.Absent
                  ? Effect().stop()
                  : Effect().none().thenRun(_ -> staying.tell(new Staying(name)));
        };
  }

  private Effect<Recorded<VolumeEvent>, State> onRequest(State state, Handle handle) {
    return switch (Lifecycle.decide(name, state, handle.request())) {
      case Decision.Accepted(var event) -> accept(state, handle, event);
      case Decision.Unchanged _ -> reply(handle, new Outcome.Unchanged<>(state));
      case Decision.Refused(var kind, var message) -> reply(handle, Outcome.refused(kind, message));
      case Decision.DeleteAgain _ ->
          Effect()
              .none()
              .thenRun(
                  _ -> {
                    awaitingRemoval.add(handle.replyTo());
                    deleteDirectory();
                  });
    };
  }

  private Effect<Recorded<VolumeEvent>, State> accept(
      State state, Handle handle, VolumeEvent event) {
    unanswered.await(handle.replyTo());
    return Effect()
        .persist(recorded(state, event, handle.caller()))
        .thenRun(
            next -> {
              unanswered.recorded();
              surroundings.publish().accept(name, next);
              if (next instanceof State.Removing) {
                remover = handle.caller();
                awaitingRemoval.add(handle.replyTo());
                deleteDirectory();
              } else {
                handle.replyTo().tell(Outcome.done(next));
              }
            });
  }

  private Effect<Recorded<VolumeEvent>, State> reply(Handle handle, Outcome<State> outcome) {
    return Effect()
        .none()
        .thenRun(
            state -> {
              handle.replyTo().tell(outcome);
              // Asked for a volume that does not exist: the parent need not keep this actor.
              if (state instanceof State.Absent) {
                surroundings.idle().accept(name);
              }
            });
  }

  private void deleteDirectory() {
    context.pipeToSelf(
        surroundings.deleteDirectory().apply(name),
        (_, failure) ->
            new DirectoryDeleted(Optional.ofNullable(failure).map(VolumeActor::reason)));
  }

  private static String reason(Throwable failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage());
  }

  private Effect<Recorded<VolumeEvent>, State> onDeleted(State state, Optional<String> failure) {
    return switch (state) {
      case State.Absent _, State.Present _ -> Effect().none();
      case State.Removing(var volume) -> {
        if (failure.isPresent()) {
          context.getLog().warn("volume {} cannot be deleted yet: {}", name, failure.get());
          yield Effect()
              .none()
              .thenRun(
                  _ ->
                      answerRemoval(
                          Outcome.refused(
                              ErrorKind.INTERNAL, "remove %s: %s".formatted(name, failure.get()))));
        }
        yield Effect()
            .persist(recorded(state, Lifecycle.deleted(surroundings.clock().instant()), remover))
            .thenRun(
                next -> {
                  surroundings.publish().accept(name, next);
                  answerRemoval(Outcome.done(new State.Removing(volume)));
                  surroundings.idle().accept(name);
                });
      }
    };
  }

  private void answerRemoval(Outcome<State> outcome) {
    awaitingRemoval.forEach(replyTo -> replyTo.tell(outcome));
    awaitingRemoval.clear();
  }

  private Recorded<VolumeEvent> recorded(State state, VolumeEvent event, Caller caller) {
    var spec =
        switch (state) {
          case State.Present(var volume, _, _) -> volume.getSpec();
          case State.Removing(var volume) -> volume.getSpec();
          case State.Absent _ ->
              event instanceof VolumeEvent.Created(var created, _)
                  ? created
                  : VolumeSpec.getDefaultInstance();
        };
    return new Recorded<>(
        event,
        new Subject("volume", name, name, "", spec.getLabelsMap()),
        new Provenance(caller.requestId(), caller.principal(), 0));
  }
}
