package io.gantry.agent.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Containers;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.files.RootViews;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.image.Commit;
import io.gantry.agent.image.ConfigChange;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.Reference;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** A container's state as an image. Blocks: for platform threads. */
public final class Committer {
  private final Containers containers;
  private final RootViews views;
  private final Commit commit;
  private final CommitPauses pauses;
  private final InstantSource clock;

  public Committer(
      Containers containers,
      RootViews views,
      Commit commit,
      CommitPauses pauses,
      InstantSource clock) {
    this.containers = containers;
    this.pauses = pauses;
    this.views = views;
    this.commit = commit;
    this.clock = clock;
  }

  Outcome<Image> commit(Caller caller, Facts facts, ContainerFiles.Commit wanted)
      throws IOException {
    try {
      var name =
          wanted.name().isEmpty()
              ? Optional.<Reference>empty()
              : Optional.of(LocalImages.newName(wanted.name().get()));
      var spec = facts.container().getSpec();
      var own = CommittedConfig.of(spec);
      var config =
          ConfigChange.apply(
              wanted.config().map(given -> CommittedConfig.over(given, own)).orElse(own),
              wanted.changes());
      var request =
          new Commit.Wanted(
              facts.container().getStatus().getImageId(),
              facts.layers(),
              views.writableLayer(facts),
              RootViews.ids(facts),
              config,
              wanted.author(),
              wanted.comment(),
              String.join(" ", spec.getProcess().getCmd().getValuesList()),
              name,
              clock.instant());
      return frozen(caller, facts, wanted.pause(), request);
    } catch (Reference.Invalid | ConfigChange.Invalid e) {
      return Outcome.refused(ErrorKind.INVALID, e);
    }
  }

  /** Stands still while its changes are read; goes on whatever comes of that. */
  private Outcome<Image> frozen(Caller caller, Facts facts, boolean pause, Commit.Wanted request)
      throws IOException {
    var id = facts.container().getId();
    if (!pause || facts.container().getStatus().getState() != ContainerState.RUNNING) {
      return commit.run(caller, request);
    }
    var note = pauses.note(id);
    try {
      var paused = isDone(containers.pause(caller, id));
      try {
        return commit.run(caller, request);
      } finally {
        if (paused) {
          isDone(containers.unpause(caller, id));
        }
      }
    } finally {
      CommitPauses.forget(note);
    }
  }

  /** Refused: it ended meanwhile, or somebody else paused it. */
  private static boolean isDone(java.util.concurrent.CompletionStage<Outcome<Container>> stage) {
    try {
      return stage.toCompletableFuture().join() instanceof Outcome.Done<Container>;
    } catch (CompletionException e) {
      return false;
    }
  }
}
