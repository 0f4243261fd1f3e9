package io.gantry.agent.volume;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.gantry.agent.volume.lifecycle.State;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The parent of all volumes: spawns and names them, and lets those go that have no volume any more.
 * What is said to one that is going waits until it has gone and goes to its successor, so that two
 * never write under one name.
 */
final class VolumesActor {
  /** What may be said to it. */
  sealed interface Command {}

  /** To that volume, which is spawned where it is not known yet. */
  record Tell(String name, VolumeActor.Command command) implements Command {}

  /** The caller hears when every volume of the record is known again. */
  record AwaitRecovery(ActorRef<Recovered> replyTo) implements Command {}

  record Recovered(int volumes) {}

  private record HasRecovered(String name) implements Command {}

  private record HasNoVolume(String name) implements Command {}

  private record Stays(String name) implements Command {}

  private record Ended(String name) implements Command {}

  private final ActorContext<Command> context;
  private final VolumeActor.Surroundings surroundings;
  private final ActorRef<VolumeActor.Staying> staying;
  private final Map<String, ActorRef<VolumeActor.Command>> children = new HashMap<>();
  private final Map<String, List<VolumeActor.Command>> going = new HashMap<>();
  private final Set<String> recovering;
  private final Set<ActorRef<Recovered>> waiting = new HashSet<>();

  /** {@code living}: names of the volumes in the record. */
  static Behavior<Command> create(
      List<String> living,
      BiConsumer<String, State> publish,
      Function<String, CompletionStage<?>> deleteDirectory,
      InstantSource clock) {
    return Behaviors.setup(
        context -> {
          var self = context.getSelf();
          var surroundings =
              new VolumeActor.Surroundings(
                  (name, state) -> {
                    publish.accept(name, state);
                    self.tell(new HasRecovered(name));
                  },
                  name -> self.tell(new HasNoVolume(name)),
                  deleteDirectory,
                  clock);
          var parent = new VolumesActor(context, living, surroundings);
          living.forEach(parent::child);
          return Behaviors.receiveMessage(parent::onCommand);
        });
  }

  private VolumesActor(
      ActorContext<Command> context, List<String> living, VolumeActor.Surroundings surroundings) {
    this.context = context;
    this.recovering = new HashSet<>(living);
    this.surroundings = surroundings;
    this.staying =
        context.messageAdapter(VolumeActor.Staying.class, message -> new Stays(message.name()));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Tell(var name, var message) -> tell(name, message);
      case AwaitRecovery(var replyTo) -> waiting.add(replyTo);
      case HasRecovered(var name) -> recovering.remove(name);
      case HasNoVolume(var name) -> {
        if (children.containsKey(name) && going.putIfAbsent(name, new ArrayList<>()) == null) {
          child(name).tell(new VolumeActor.Passivate(staying));
        }
      }
      case Stays(var name) -> deliverWhatWaited(name);
      case Ended(var name) -> {
        children.remove(name);
        deliverWhatWaited(name);
      }
    }
    if (recovering.isEmpty()) {
      waiting.forEach(replyTo -> replyTo.tell(new Recovered(children.size())));
      waiting.clear();
    }
    return Behaviors.same();
  }

  private void tell(String name, VolumeActor.Command message) {
    var held = going.get(name);
    if (held == null) {
      child(name).tell(message);
    } else {
      held.add(message);
    }
  }

  private void deliverWhatWaited(String name) {
    var held = going.remove(name);
    if (held != null && !held.isEmpty()) {
      held.forEach(child(name)::tell);
    }
  }

  private ActorRef<VolumeActor.Command> child(String name) {
    return children.computeIfAbsent(
        name,
        fresh -> {
          var child = context.spawn(VolumeActor.create(fresh, surroundings), "volume-" + fresh);
          context.watchWith(child, new Ended(fresh));
          return child;
        });
  }
}
