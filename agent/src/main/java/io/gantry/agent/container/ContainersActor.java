package io.gantry.agent.container;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.gantry.agent.ContainerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parent of all containers: spawns, names and watches them, does none of their work. After the
 * agent's start it lets them act only once all have recovered, because an address is free only when
 * nobody remembers holding it.
 */
public final class ContainersActor {
  public static final String PREFIX = "container|";

  /** What may be said to it. */
  public sealed interface Command {}

  /** To that container, which is spawned where it is not known yet. */
  public record Tell(ContainerId id, ContainerActor.Command command) implements Command {}

  /** The caller hears when every container has recovered. */
  public record AwaitRecovery(ActorRef<Recovered> replyTo) implements Command {}

  /** Let them act. */
  public record Resume() implements Command {}

  public record Recovered(int containers) {}

  /** From a container: its events have been replayed. */
  record HasRecovered(ContainerId id) implements Command {}

  /** From a container: it is gone, or never was, and may end. */
  record Leaves(ContainerId id) implements Command {}

  private record Ended(ContainerId id) implements Command {}

  private final ActorContext<Command> context;
  private final ContainerSurroundings surroundings;
  private final Map<ContainerId, ActorRef<ContainerActor.Command>> children = new HashMap<>();

  /** What is said to those that are just ending: a message to them would be lost. */
  private final Map<ContainerId, List<ContainerActor.Command>> leaving = new HashMap<>();

  public static Behavior<Command> create(
      List<ContainerId> living, ContainerSurroundings surroundings) {
    return Behaviors.setup(
        context -> {
          var parent = new ContainersActor(context, surroundings);
          living.forEach(parent::child);
          return parent.recovering(new HashSet<>(living), Set.of());
        });
  }

  private ContainersActor(ActorContext<Command> context, ContainerSurroundings surroundings) {
    this.context = context;
    this.surroundings = surroundings;
  }

  private Behavior<Command> recovering(Set<ContainerId> missing, Set<ActorRef<Recovered>> waiting) {
    if (missing.isEmpty()) {
      waiting.forEach(replyTo -> replyTo.tell(new Recovered(children.size())));
    }
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Tell tell -> deliver(tell);
              case HasRecovered(var id) -> {
                missing.remove(id);
                yield missing.isEmpty() ? recovering(missing, waiting) : Behaviors.same();
              }
              case AwaitRecovery(var replyTo) -> {
                var all = new HashSet<>(waiting);
                all.add(replyTo);
                yield recovering(missing, all);
              }
              case Resume _ -> {
                children.values().forEach(child -> child.tell(new ContainerActor.Resume(true)));
                yield serving();
              }
              case Leaves(var id) -> letGo(id);
              case Ended(var id) -> ended(id);
            });
  }

  private Behavior<Command> serving() {
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Tell tell -> deliver(tell);
              case HasRecovered(var id) -> {
                var child = children.get(id);
                if (child != null) {
                  child.tell(new ContainerActor.Resume(false));
                }
                yield Behaviors.same();
              }
              case AwaitRecovery(var replyTo) -> {
                replyTo.tell(new Recovered(children.size()));
                yield Behaviors.same();
              }
              case Resume _ -> Behaviors.same();
              case Leaves(var id) -> letGo(id);
              case Ended(var id) -> ended(id);
            });
  }

  private Behavior<Command> deliver(Tell tell) {
    var kept = leaving.get(tell.id());
    if (kept == null) {
      child(tell.id()).tell(tell.command());
    } else {
      kept.add(tell.command());
    }
    return Behaviors.same();
  }

  private Behavior<Command> letGo(ContainerId id) {
    var child = children.get(id);
    if (child != null && !leaving.containsKey(id)) {
      leaving.put(id, new ArrayList<>());
      child.tell(new ContainerActor.Leave());
    }
    return Behaviors.same();
  }

  /** Whoever came too late is answered by one that finds in the record that it is gone. */
  private Behavior<Command> ended(ContainerId id) {
    children.remove(id);
    var kept = leaving.remove(id);
    if (kept != null) {
      kept.forEach(command -> deliver(new Tell(id, command)));
    }
    return Behaviors.same();
  }

  private ActorRef<ContainerActor.Command> child(ContainerId id) {
    return children.computeIfAbsent(
        id,
        fresh -> {
          var child =
              context.spawn(
                  ContainerActor.create(fresh, surroundings, context.getSelf()), fresh.value());
          context.watchWith(child, new Ended(fresh));
          return child;
        });
  }
}
