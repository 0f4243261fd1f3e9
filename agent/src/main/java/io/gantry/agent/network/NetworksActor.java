package io.gantry.agent.network;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.gantry.protocol.v1.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The parent of all networks: spawns and names them. */
public final class NetworksActor {
  /** What may be said to it. */
  public sealed interface Command {}

  /** To that network, which is spawned where it is not known yet. */
  public record Tell(String id, NetworkActor.Command command) implements Command {}

  private record Ended(String id) implements Command {}

  private final ActorContext<Command> context;
  private final BiConsumer<String, Optional<Network>> publish;
  private final Map<String, ActorRef<NetworkActor.Command>> children = new HashMap<>();

  public static Behavior<Command> create(
      List<String> living, BiConsumer<String, Optional<Network>> publish) {
    return Behaviors.setup(
        context -> {
          var parent = new NetworksActor(context, publish);
          living.forEach(parent::child);
          return parent.serving();
        });
  }

  private NetworksActor(
      ActorContext<Command> context, BiConsumer<String, Optional<Network>> publish) {
    this.context = context;
    this.publish = publish;
  }

  private Behavior<Command> serving() {
    return Behaviors.receiveMessage(
        command -> {
          switch (command) {
            case Tell(var id, var message) -> child(id).tell(message);
            case Ended(var id) -> children.remove(id);
          }
          return Behaviors.same();
        });
  }

  private ActorRef<NetworkActor.Command> child(String id) {
    return children.computeIfAbsent(
        id,
        fresh -> {
          var child = context.spawn(NetworkActor.create(fresh, publish), fresh);
          context.watchWith(child, new Ended(fresh));
          return child;
        });
  }
}
