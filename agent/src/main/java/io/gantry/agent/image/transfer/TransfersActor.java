package io.gantry.agent.image.transfer;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.gantry.persistence.event.PullEvent;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The parent of pulls and pushes: spawns and names them. */
final class TransfersActor {
  /** What may be said to it. */
  sealed interface Command {}

  /** To that pull, which is spawned where it is not known yet. */
  record ToPull(String id, PullActor.Command command) implements Command {}

  private record PullEnded(String id) implements Command {}

  private final ActorContext<Command> context;
  private final Function<PullEvent.Requested, PullWork> resume;
  private final InstantSource clock;
  private final Map<String, akka.actor.typed.ActorRef<PullActor.Command>> pulls = new HashMap<>();

  /** {@code living}: pulls that a crash has interrupted. */
  static Behavior<Command> create(
      List<String> living, Function<PullEvent.Requested, PullWork> resume, InstantSource clock) {
    return Behaviors.setup(
        context -> {
          var parent = new TransfersActor(context, resume, clock);
          living.forEach(parent::pull);
          return parent.serving();
        });
  }

  private TransfersActor(
      ActorContext<Command> context,
      Function<PullEvent.Requested, PullWork> resume,
      InstantSource clock) {
    this.context = context;
    this.resume = resume;
    this.clock = clock;
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
            case PullEnded(var id) -> pulls.remove(id);
          }
          return Behaviors.same();
        });
  }

  private akka.actor.typed.ActorRef<PullActor.Command> pull(String id) {
    return pulls.computeIfAbsent(
        id,
        fresh -> {
          var child = context.spawn(PullActor.create(fresh, resume, clock), "pull-" + fresh);
          context.watchWith(child, new PullEnded(fresh));
          return child;
        });
  }
}
