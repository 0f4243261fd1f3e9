package io.gantry.agent.build;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.HashMap;
import java.util.Map;

/** The parent of the builds' records: one actor a build, for as long as it runs. */
final class BuildsActor {
  /** What may be said to it. */
  sealed interface Command {}

  /** To that build's record. */
  record Tell(String id, BuildActor.Command command) implements Command {}

  /** The build has ended: its actor is not needed any more. */
  record Forget(String id) implements Command {}

  private final ActorContext<Command> context;
  private final Map<String, ActorRef<BuildActor.Command>> children = new HashMap<>();

  static Behavior<Command> create() {
    return Behaviors.setup(
        context -> Behaviors.receiveMessage(new BuildsActor(context)::onCommand));
  }

  private BuildsActor(ActorContext<Command> context) {
    this.context = context;
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Tell(var id, var message) ->
          children
              .computeIfAbsent(id, one -> context.spawn(BuildActor.create(one), "build-" + one))
              .tell(message);
      case Forget(var id) -> {
        var child = children.remove(id);
        if (child != null) {
          context.stop(child);
        }
      }
    }
    return Behaviors.same();
  }
}
