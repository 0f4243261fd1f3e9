package io.gantry.agent.network;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
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
import io.gantry.persistence.event.NetworkEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One network: recorded when made and when removed. Its bridge and its addresses are the host's
 * affair.
 */
public final class NetworkActor
    extends EventSourcedBehavior<NetworkActor.Command, Recorded<NetworkEvent>, Optional<Network>> {
  public static final String PREFIX = "network|";

  /** What may be said to a network. */
  public sealed interface Command {}

  /** Unchanged when it exists. */
  public record Create(
      NetworkSpec spec,
      String bridge,
      Caller caller,
      Instant at,
      ActorRef<Outcome<Network>> replyTo)
      implements Command {}

  public record Remove(Caller caller, Instant at, ActorRef<Outcome<Network>> replyTo)
      implements Command {}

  private final String id;
  private final BiConsumer<String, Optional<Network>> publish;
  private final Unanswered unanswered;

  /** {@code publish} hears of the network after its recovery and after each change. */
  public static Behavior<Command> create(String id, BiConsumer<String, Optional<Network>> publish) {
    return Behaviors.setup(context -> new NetworkActor(context.getSystem(), id, publish));
  }

  private NetworkActor(
      ActorSystem<?> system, String id, BiConsumer<String, Optional<Network>> publish) {
    super(
        PersistenceId.ofUniqueId(PREFIX + id),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.1));
    this.id = id;
    this.publish = publish;
    this.unanswered = new Unanswered(system, PREFIX + id, "network " + id);
  }

  @Override
  public Optional<Network> emptyState() {
    return Optional.empty();
  }

  @Override
  public CommandHandler<Command, Recorded<NetworkEvent>, Optional<Network>> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Create create -> onCreate(state, create);
          case Remove remove -> onRemove(state, remove);
        };
  }

  private Effect<Recorded<NetworkEvent>, Optional<Network>> onCreate(
      Optional<Network> state, Create create) {
    if (state.isPresent()) {
      return Effect()
          .none()
          .thenRun(_ -> create.replyTo().tell(new Outcome.Unchanged<>(state.get())));
    }
    var event = new NetworkEvent.Created(create.spec(), create.bridge(), create.at());
    unanswered.await(create.replyTo());
    return Effect()
        .persist(recorded(create.spec(), event, create.caller()))
        .thenRun(
            next -> {
              unanswered.recorded();
              publish.accept(id, next);
              create.replyTo().tell(Outcome.done(next.orElseThrow()));
            });
  }

  private Effect<Recorded<NetworkEvent>, Optional<Network>> onRemove(
      Optional<Network> state, Remove remove) {
    if (state.isEmpty()) {
      return Effect()
          .none()
          .thenRun(
              _ ->
                  remove
                      .replyTo()
                      .tell(Outcome.refused(ErrorKind.NOT_FOUND, "network " + id + " not found")));
    }
    var event = new NetworkEvent.Removed(remove.at());
    unanswered.await(remove.replyTo());
    return Effect()
        .persist(recorded(state.get().getSpec(), event, remove.caller()))
        .thenRun(
            next -> {
              unanswered.recorded();
              publish.accept(id, next);
              remove.replyTo().tell(Outcome.done(state.get()));
            })
        .thenStop();
  }

  private Recorded<NetworkEvent> recorded(NetworkSpec spec, NetworkEvent event, Caller caller) {
    return new Recorded<>(
        event,
        new Subject("network", id, spec.getName(), "", spec.getLabelsMap()),
        new Provenance(caller.requestId(), caller.principal(), 0));
  }

  @Override
  public EventHandler<Optional<Network>, Recorded<NetworkEvent>> eventHandler() {
    return (state, recorded) ->
        switch (recorded.event()) {
          case NetworkEvent.Created(var spec, var bridge, var at) ->
              Optional.of(
                  Network.newBuilder()
                      .setId(id)
                      .setSpec(spec)
                      .setBridge(bridge)
                      .setCreatedAt(Moments.timestamp(at))
                      .build());
          case NetworkEvent.Connected _, NetworkEvent.Disconnected _ -> state;
          case NetworkEvent.Removed _ -> Optional.empty();
        };
  }

  @Override
  public SignalHandler<Optional<Network>> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, _) -> publish.accept(id, state))
        .onSignal(PreRestart.class, (_, _) -> unanswered.refuse())
        .onSignal(PostStop.class, (_, _) -> unanswered.refuse())
        .build();
  }
}
