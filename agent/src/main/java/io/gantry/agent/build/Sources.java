package io.gantry.agent.build;

import io.gantry.agent.Outcome;
import io.gantry.agent.Transfer;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.util.Optional;

/** What {@code --from} names: a stage of this build, an image, or by its absence the context. */
final class Sources {
  private final Workshop workshop;
  private final Build build;
  private final StageResults results;
  private final int stage;

  Sources(Workshop workshop, Build build, StageResults results, int stage) {
    this.workshop = workshop;
    this.build = build;
    this.results = results;
    this.stage = stage;
  }

  /** Files to take from; closing it takes their mount away. */
  record Opened(ContextFiles files, Optional<Scratch> scratch) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (scratch.isPresent()) {
        scratch.get().close();
      }
    }
  }

  Opened open(Optional<String> from) throws IOException, BuildFailed, InterruptedException {
    if (from.isEmpty()) {
      return new Opened(
          build
              .context()
              .orElseThrow(() -> new BuildFailed("no build context: it is only a Dockerfile")),
          Optional.empty());
    }
    var scratch = Scratch.of(workshop, state(from.get()));
    return new Opened(ContextFiles.ofImage(scratch.root()), Optional.of(scratch));
  }

  /** What is in it, without looking: equal for equal layers. Empty: it must be looked at. */
  StageState state(String from) throws IOException, BuildFailed, InterruptedException {
    var index = Plan.stageOf(from, Plan.names(build.file(), stage), stage);
    if (index.isPresent()) {
      return results.get(index.get());
    }
    return StageState.of(image(from));
  }

  private Image image(String name) throws BuildFailed, InterruptedException {
    var base = new Base(name, build.request().platform());
    var outcome = local(name);
    if (!base.isMetBy(outcome)) {
      outcome = workshop.bases().fetch(build, base, Sources::ignore);
    }
    return switch (outcome) {
      case Outcome.Done<Image>(var image) -> held(image);
      case Outcome.Unchanged<Image>(var image) -> held(image);
      case Outcome.Refused<Image>(_, var message) ->
          throw new BuildFailed("invalid from flag value %s: %s".formatted(name, message));
    };
  }

  private Outcome<Image> local(String name) {
    return workshop.images().inspect(name);
  }

  private Image held(Image image) throws BuildFailed {
    return workshop
        .store()
        .hold(image.getId(), build.lease())
        .orElseThrow(() -> new BuildFailed("image %s is gone".formatted(image.getId())));
  }

  private static void ignore(Transfer transfer) {
    // Of a source nobody asked to see the pull; its failure is told.
  }
}
