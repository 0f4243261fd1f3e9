package io.gantry.agent.engine;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import io.gantry.agent.Outcome;
import io.gantry.agent.record.Unanswered;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.persistence.event.Subject;
import java.time.Duration;
import java.util.Map;

/**
 * The agent's own life in the record: when it began, under which boot of the kernel, and when it
 * was told to end; what was done to the host as a whole, and its place among other hosts.
 */
public final class HostActor
    extends EventSourcedBehavior<HostActor.Command, Recorded<HostEvent>, HostActor.State> {
  /** What may be said to it. */
  public sealed interface Command {}

  /** Answers once it is recorded, or why it cannot be. */
  public record Note(HostEvent event, Provenance provenance, ActorRef<Outcome<Done>> replyTo)
      implements Command {}

  /** {@code bootId}: the kernel's at the agent's last start; empty before the first. */
  public record State(String bootId) {}

  private final Subject subject;
  private final Unanswered unanswered;

  /** {@code id} and {@code name} are the host's. */
  public static Behavior<Command> create(String id, String name) {
    return Behaviors.setup(
        context -> new HostActor(context.getSystem(), new Subject("host", id, name, "", Map.of())));
  }

  private HostActor(ActorSystem<?> system, Subject subject) {
    super(
        PersistenceId.ofUniqueId("host|" + subject.id()),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.1));
    this.subject = subject;
    this.unanswered = new Unanswered(system, "host|" + subject.id(), "host " + subject.name());
  }

  @Override
  public State emptyState() {
    return new State("");
  }

  @Override
  public CommandHandler<Command, Recorded<HostEvent>, State> commandHandler() {
    return (_, command) ->
        switch (command) {
          case Note(var event, var provenance, var replyTo) -> {
            unanswered.await(replyTo);
            yield Effect()
                .persist(new Recorded<>(event, subject, provenance))
                .thenRun(
                    _ -> {
                      unanswered.recorded();
                      replyTo.tell(Outcome.done(Done.getInstance()));
                    });
          }
        };
  }

  @Override
  public SignalHandler<State> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(PreRestart.class, (_, _) -> unanswered.refuse())
        .onSignal(PostStop.class, (_, _) -> unanswered.refuse())
        .build();
  }

  @Override
  public EventHandler<State, Recorded<HostEvent>> eventHandler() {
    return (state, recorded) ->
        switch (recorded.event()) {
          case HostEvent.AgentStarted(_, var bootId, _) -> new State(bootId);
          case HostEvent.AgentStopping _,
              HostEvent.Pruned _,
              HostEvent.ClusterEntered _,
              HostEvent.ClusterLeft _,
              HostEvent.HostChanged _,
              HostEvent.TokenRotated _,
              HostEvent.CertificateRenewed _,
              HostEvent.StrangerRefused _,
              ServiceEvent _ ->
              state;
        };
  }
}
