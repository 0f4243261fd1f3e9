package io.gantry.agent.image.transfer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parent of pulls and pushes: spawns and names them. */
final class TransfersActor {
  /** What may be said to it. */
  sealed interface Command {}

  /** To that pull, which is spawned where it is not known yet. */
  record ToPull(String id, PullActor.Command command) implements Command {}

  /** To that push, which is spawned where it is not known yet. */
  record ToPush(String id, PushActor.Command command) implements Command {}

  private record PullEnded(String id) implements Command {}

  private record PushEnded(String id) implements Command {}

  private final ActorContext<Command> context;
  private final PullActor.Surroundings surroundings;
  private final Map<String, ActorRef<PullActor.Command>> pulls = new HashMap<>();
  private final Map<String, ActorRef<PushActor.Command>> pushes = new HashMap<>();

  /**
   * @param livingPulls ids of those that a crash has interrupted
   */
  static Behavior<Command> create(
      List<String> livingPulls, List<String> livingPushes, PullActor.Surroundings surroundings) {
    return Behaviors.setup(
        context -> {
          var parent = new TransfersActor(context, surroundings);
          livingPulls.forEach(parent::pull);
          livingPushes.forEach(parent::push);
          return parent.serving();
        });
  }

  private TransfersActor(ActorContext<Command> context, PullActor.Surroundings surroundings) {
    this.context = context;
    this.surroundings = surroundings;
  }

  private Behavior<Command> serving() {
    return Behaviors.receiveMessage(
        command -> {
          switch (command) {
            case ToPull(var id, PullActor.Cancel cancel) -> {
              if (pulls.containsKey(id)) {
                pull(id).tell(cancel);
              }
            }
            case ToPull(var id, var message) -> pull(id).tell(message);
            case ToPush(var id, PushActor.Cancel cancel) -> {
              if (pushes.containsKey(id)) {
                push(id).tell(cancel);
              }
            }
            case ToPush(var id, var message) -> push(id).tell(message);
            case PullEnded(var id) -> pulls.remove(id);
            case PushEnded(var id) -> pushes.remove(id);
          }
          return Behaviors.same();
        });
  }

  private ActorRef<PullActor.Command> pull(String id) {
    return pulls.computeIfAbsent(
        id,
        fresh -> {
          var child = context.spawn(PullActor.create(fresh, surroundings), "pull-" + fresh);
          context.watchWith(child, new PullEnded(fresh));
          return child;
        });
  }

  private ActorRef<PushActor.Command> push(String id) {
    return pushes.computeIfAbsent(
        id,
        fresh -> {
          var child = context.spawn(PushActor.create(fresh, surroundings.clock()), "push-" + fresh);
          context.watchWith(child, new PushEnded(fresh));
          return child;
        });
  }
}
