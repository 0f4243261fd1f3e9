package io.gantry.agent.build;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import akka.persistence.typed.javadsl.ReplyEffect;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.persistence.event.BuildEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.ErrorKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One build's record: that it began, which steps it has done, how it ended. Its work is done by a
 * {@link BuildRun}, which asks here before it goes on; what has ended takes no more.
 */
final class BuildActor
    extends EventSourcedBehaviorWithEnforcedReplies<
        BuildActor.Command, Recorded<BuildEvent>, BuildActor.State> {
  static final String PREFIX = "build|";

  /** What may be said to it. */
  sealed interface Command {}

  /** Answered once it is recorded; refused with CONFLICT when the build is in no state for it. */
  record Note(List<BuildEvent> events, Caller caller, ActorRef<Outcome<State>> replyTo)
      implements Command {}

  /** How far it has got. */
  sealed interface State {
    record Absent() implements State {}

    record Running(int stepsDone) implements State {}

    record Ended() implements State {}
  }

  private final String id;

  static Behavior<Command> create(String id) {
    return Behaviors.setup(_ -> new BuildActor(id));
  }

  private BuildActor(String id) {
    super(
        PersistenceId.ofUniqueId(PREFIX + id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.1));
    this.id = id;
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
  public CommandHandlerWithReply<Command, Recorded<BuildEvent>, State> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Note note -> onNote(state, note);
        };
  }

  private ReplyEffect<Recorded<BuildEvent>, State> onNote(State state, Note note) {
    if (!note.events().stream().allMatch(event -> fits(state, event))) {
      return Effect()
          .reply(
              note.replyTo(),
              Outcome.refused(ErrorKind.CONFLICT, "build %s is not running".formatted(id)));
    }
    var recorded =
        note.events().stream()
            .map(
                event ->
                    new Recorded<>(
                        event,
                        new Subject("build", id, id, "", Map.of()),
                        new Provenance(note.caller().requestId(), note.caller().principal(), 0)))
            .toList();
    return Effect().persist(recorded).thenReply(note.replyTo(), Outcome::done);
  }

  private static boolean fits(State state, BuildEvent event) {
    return switch (state) {
      case State.Absent _ -> event instanceof BuildEvent.Started;
      case State.Running _ -> !(event instanceof BuildEvent.Started);
      case State.Ended _ -> false;
    };
  }

  @Override
  public EventHandler<State, Recorded<BuildEvent>> eventHandler() {
    return (state, recorded) -> apply(state, recorded.event());
  }

  /** Total: accepts every event in every state. */
  static State apply(State state, BuildEvent event) {
    return switch (event) {
      case BuildEvent.Started _ -> new State.Running(0);
      case BuildEvent.StepDone _ ->
          switch (state) {
            case State.Running(var steps) -> new State.Running(steps + 1);
            case State.Absent _, State.Ended _ -> state;
          };
      case BuildEvent.Succeeded _, BuildEvent.Failed _ -> new State.Ended();
    };
  }
}
