package io.gantry.agent.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.Names;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A container's change of its name: the new one is taken first, the old one is freed last. */
final class Renaming {
  private static final String NO_NEW_NAME = "Error when allocating new name: ";

  private final Names names;
  private final ContainerActors actors;
  private final InstantSource clock;

  Renaming(Names names, ContainerActors actors, InstantSource clock) {
    this.names = names;
    this.actors = actors;
    this.clock = clock;
  }

  CompletionStage<Outcome<Container>> rename(Caller caller, Container container, String newName) {
    var name = newName.startsWith("/") ? newName.substring(1) : newName;
    if (name.isEmpty()) {
      return refused(ErrorKind.INVALID, "Neither old nor new names may be empty");
    }
    if (name.equals(container.getName())) {
      return refused(
          ErrorKind.INVALID, "Renaming a container with the same name as its current name");
    }
    if (SpecCheck.name(name).isPresent()) {
      return refused(
          ErrorKind.INVALID, NO_NEW_NAME + SpecCheck.name("/" + name).orElse("invalid name"));
    }
    var id = container.getId();
    var holder = names.take(name, id);
    if (holder.isPresent()) {
      return refused(ErrorKind.CONFLICT, NO_NEW_NAME + Creator.nameTaken(name, holder.get()));
    }
    return actors
        .handle(id, new Request.Rename(name, clock.instant()), caller)
        .thenApply(
            outcome -> {
              names.free(outcome instanceof Outcome.Done ? container.getName() : name, id);
              return outcome;
            });
  }

  private static CompletionStage<Outcome<Container>> refused(ErrorKind kind, String message) {
    return CompletableFuture.completedFuture(Outcome.refused(kind, message));
  }
}
