package io.gantry.cluster.services;

import akka.actor.typed.ActorSystem;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import io.gantry.agent.Caller;
import io.gantry.agent.Containers.Creation;
import io.gantry.agent.Credentials;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.cluster.services.lifecycle.OwnReplica;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import java.util.Optional;
import java.util.OptionalInt;

/** What is done to one replica of this host. Waits until it is done; may be repeated. */
final class ReplicaWork {
  private static final Caller CALLER = new Caller("", "gantry:services");
  private final ActorSystem<?> system;
  private final Engine engine;

  ReplicaWork(ActorSystem<?> system, Engine engine) {
    this.system = system;
    this.engine = engine;
  }

  /** Empty: it runs, or will be started. Else why it cannot be made. */
  Optional<String> begin(Service service, Task task) {
    var spec = ReplicaSpec.of(service, task);
    if (engine.images().inspect(spec.getImage()) instanceof Outcome.Refused<Image>) {
      var pulled = pull(spec.getImage(), spec.getPlatform());
      if (pulled.isPresent()) {
        return pulled;
      }
    }
    var created =
        engine
            .containers()
            .create(CALLER, Optional.of(ReplicaSpec.name(task)), spec)
            .toCompletableFuture()
            .join();
    return switch (created) {
      case Outcome.Done<Creation>(var made) -> start(made.container().getId());
      case Outcome.Unchanged<Creation>(var made) -> start(made.container().getId());
      case Outcome.Refused<Creation>(_, var message) -> Optional.of(message);
    };
  }

  private Optional<String> pull(String image, String platform) {
    var outcome =
        engine
            .registries()
            .pull(CALLER, new Registries.Pull(image, false, platform, Credentials.NONE))
            .toMat(Sink.ignore(), Keep.left())
            .run(system)
            .toCompletableFuture()
            .join();
    return outcome instanceof Outcome.Refused<Image>(_, var message)
        ? Optional.of(message)
        : Optional.empty();
  }

  Optional<String> start(String containerId) {
    var started = engine.containers().start(CALLER, containerId).toCompletableFuture().join();
    return started instanceof Outcome.Refused<Container>(_, var message)
        ? Optional.of(message)
        : Optional.empty();
  }

  /** Throws when it cannot be stopped now. */
  void stop(OwnReplica replica) {
    if (stopped(replica) instanceof Outcome.Refused<Container>(var kind, var message)
        && kind != ErrorKind.NOT_FOUND) {
      throw new IllegalStateException(message);
    }
  }

  private Outcome<Container> stopped(OwnReplica replica) {
    return engine
        .containers()
        .stop(CALLER, replica.containerId(), Optional.empty(), OptionalInt.empty())
        .toCompletableFuture()
        .join();
  }

  /** Throws when it cannot be removed now. */
  void giveUp(OwnReplica replica) {
    if (stopped(replica) instanceof Outcome.Refused<Container>(var kind, _)
        && kind == ErrorKind.NOT_FOUND) {
      return;
    }
    var removed =
        engine
            .containers()
            .remove(CALLER, replica.containerId(), true, true)
            .toCompletableFuture()
            .join();
    if (removed instanceof Outcome.Refused<Container>(var kind, var message)
        && kind != ErrorKind.NOT_FOUND) {
      throw new IllegalStateException(message);
    }
  }
}
