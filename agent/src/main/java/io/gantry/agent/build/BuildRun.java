package io.gantry.agent.build;

import io.gantry.agent.Builds.Output;
import io.gantry.agent.Outcome;
import io.gantry.agent.build.Plan.Planned;
import io.gantry.agent.image.Reference;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a build out: each stage on a platform thread as soon as those it takes from are complete.
 * The first stage that fails ends the others. {@link #cancel} may be called at any time, by anyone.
 */
final class BuildRun {
  private static final Logger LOG = LoggerFactory.getLogger(BuildRun.class);

  private final Workshop workshop;
  private final Build build;
  private final Transcript transcript;
  private final List<Base> bases;
  private final StageResults results = new StageResults();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final ExecutorService threads;

  /** {@code bases}: what each FROM names. */
  BuildRun(Workshop workshop, Build build, Transcript transcript, List<Base> bases) {
    this.workshop = workshop;
    this.build = build;
    this.transcript = transcript;
    this.bases = bases;
    var most = Math.max(2, Runtime.getRuntime().availableProcessors());
    this.threads =
        Executors.newFixedThreadPool(
            Math.min(build.plan().stages().size(), most),
            Thread.ofPlatform().daemon().name("gantry-build-", 0).factory());
  }

  void cancel() {
    failure.compareAndSet(null, new InterruptedException());
    threads.shutdownNow();
  }

  /** The image's id. Blocks until it is recorded and nothing of the build runs any more. */
  String run(List<Reference> names) throws BuildFailed, IOException, InterruptedException {
    try {
      stages();
    } finally {
      threads.shutdownNow();
    }
    var imageId = results.get(build.plan().stages().getLast().index()).imageId();
    if (imageId.isEmpty()) {
      throw new BuildFailed("No image was generated. Is your Dockerfile empty?");
    }
    var unused = build.arguments().unused();
    if (!unused.isEmpty()) {
      transcript.send(
          new Output.Text(
              "[Warning] One or more build-args [%s] were not consumed\n"
                  .formatted(String.join(" ", unused))));
    }
    return recorded(imageId, results.base(build.plan().stages().getLast().index()), names);
  }

  private String recorded(String imageId, String parent, List<Reference> names)
      throws BuildFailed, IOException, InterruptedException {
    try {
      build.diary().passOn();
      var outcome = workshop.images().record(build.caller(), imageId, "build", parent, names);
      if (outcome instanceof Outcome.Refused<Image> refused) {
        throw new BuildFailed(refused.message());
      }
      return imageId;
    } catch (BuildFailed | IOException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the image could not be recorded: " + e.getMessage(), e);
    }
  }

  private void stages() throws BuildFailed, IOException, InterruptedException {
    for (var warning : build.file().warnings()) {
      transcript.send(new Output.Text(warning + "\n"));
    }
    var number = 0;
    for (var statement : build.file().head()) {
      transcript.send(
          new Output.Text(
              "Step %d/%d : %s\n".formatted(++number, build.plan().steps(), statement.text())));
    }
    var done = new HashMap<Integer, CompletableFuture<Void>>();
    for (var planned : build.plan().stages()) {
      var voice = transcript.voice();
      var before =
          CompletableFuture.allOf(
              planned.waitsFor().stream().map(done::get).toArray(CompletableFuture<?>[]::new));
      done.put(planned.index(), before.thenRunAsync(() -> stage(planned, voice), threads));
    }
    try {
      CompletableFuture.allOf(done.values().toArray(CompletableFuture<?>[]::new)).get();
    } catch (ExecutionException e) {
      failure.compareAndSet(null, e.getCause());
      threads.shutdownNow();
      settle(done);
    }
    transcript.closeAll();
    rethrow(failure.get());
  }

  /** Waits for those that were running when one failed. */
  private static void settle(Map<Integer, CompletableFuture<Void>> done)
      throws InterruptedException {
    for (var one : done.values()) {
      try {
        one.get();
      } catch (ExecutionException _) {
        continue;
      }
    }
  }

  private static void rethrow(@org.jspecify.annotations.Nullable Throwable failed)
      throws BuildFailed, IOException, InterruptedException {
    switch (failed) {
      case null -> {}
      case BuildFailed one -> throw one;
      case IOException one -> throw one;
      case InterruptedException one -> throw one;
      case CompletionException one when one.getCause() != null -> rethrow(one.getCause());
      default -> {
        LOG.error("bug in build", failed);
        throw new BuildFailed(failed.toString());
      }
    }
  }

  private void stage(Planned planned, Transcript.Voice voice) {
    try {
      if (failure.get() != null) {
        return;
      }
      results.put(planned.index(), carriedOut(planned, voice));
      voice.close();
    } catch (BuildFailed | IOException | InterruptedException | RuntimeException e) {
      failure.compareAndSet(null, e);
      threads.shutdownNow();
      throw new CompletionException(e);
    }
  }

  private StageState carriedOut(Planned planned, Transcript.Voice voice)
      throws BuildFailed, IOException, InterruptedException {
    voice.say(
        "Step %d/%d : %s\n"
            .formatted(planned.first(), build.plan().steps(), planned.stage().start().text()));
    var base = base(planned, voice);
    voice.say(" ---> %s\n".formatted(StageRun.abbreviated(base.imageId())));
    var isLast = planned.equals(build.plan().stages().getLast());
    var labels = build.request().labels();
    return new StageRun(workshop, build, planned, results, voice, build.arguments().ofStage(), base)
        .run(isLast ? LabelText.instructions(labels) : List.of());
  }

  private StageState base(Planned planned, Transcript.Voice voice)
      throws BuildFailed, InterruptedException {
    if (planned.base().isPresent()) {
      results.standsOn(planned.index(), results.base(planned.base().get()));
      return results.get(planned.base().get());
    }
    var base = bases.get(planned.index());
    if (base.name().equals("scratch")) {
      return StageState.scratch(Platforms.of(base.platform()));
    }
    var outcome = workshop.images().inspect(base.name());
    if (build.request().pull() || !base.isMetBy(outcome)) {
      outcome =
          workshop.bases().fetch(build, base, transfer -> voice.say(new Output.Pulling(transfer)));
    }
    return switch (outcome) {
      case Outcome.Done<Image>(var image) -> held(planned, image);
      case Outcome.Unchanged<Image>(var image) -> held(planned, image);
      case Outcome.Refused<Image>(_, var message) -> throw new BuildFailed(message);
    };
  }

  private StageState held(Planned planned, Image image) throws BuildFailed {
    results.standsOn(planned.index(), image.getId());
    return StageState.of(
        workshop
            .store()
            .hold(image.getId(), build.lease())
            .orElseThrow(() -> new BuildFailed("image %s is gone".formatted(image.getId()))));
  }
}
