package io.gantry.agent.build;

import akka.NotUsed;
import akka.actor.typed.javadsl.ActorContext;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Source;
import io.gantry.agent.Builds;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.kernel.Placement;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.image.Reference;
import io.gantry.agent.tar.TarException;
import io.gantry.persistence.event.BuildEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The builds of this host. */
public final class LocalBuilds implements Builds {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBuilds.class);
  private static final int QUEUE = 64;

  /** Of the ids builds have in the record. */
  public static final String PREFIX = BuildActor.PREFIX;

  private final Workshop workshop;
  private final BuildRecord record;
  private final CachePruning pruning;
  private final Map<String, BuildRun> running = new ConcurrentHashMap<>();
  private final Executor threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("gantry-builds-", 0).factory());

  /** Spawns the parent of the builds' records below {@code parent}. */
  public LocalBuilds(ActorContext<?> parent, Workshop workshop) {
    this.workshop = workshop;
    this.record =
        new BuildRecord(
            parent.spawn(BuildsActor.create(), "builds"), parent.getSystem().scheduler());
    this.pruning = new CachePruning(workshop);
  }

  @Override
  public CompletionStage<Outcome<Source<Output, NotUsed>>> build(
      Caller caller, Request request, InputStream context) {
    var result = new CompletableFuture<Outcome<Source<Output, NotUsed>>>();
    threads.execute(() -> result.complete(begun(caller, request, context)));
    return result;
  }

  private Outcome<Source<Output, NotUsed>> begun(Caller caller, Request request, InputStream body) {
    var id = Workshop.fresh().value();
    var directory = workshop.of(id);
    var lease = workshop.store().layers().lease();
    var begun = new AtomicBoolean();
    try (body) {
      var names = names(request);
      Files.createDirectories(directory);
      var prepared = prepared(request, body, directory);
      var stream = started(id, caller, request, prepared, names, lease);
      begun.set(true);
      return Outcome.done(stream);
    } catch (BuildFailed e) {
      return Outcome.refused(ErrorKind.INVALID, e.message());
    } catch (BadImage e) {
      return Outcome.refused(ErrorKind.INVALID, "cannot read the build context: " + e.getMessage());
    } catch (Reference.Invalid | TarException e) {
      return Outcome.refused(ErrorKind.INVALID, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.refused(ErrorKind.UNAVAILABLE, "the agent ends");
    } catch (IOException e) {
      return Outcome.refused(
          ErrorKind.INTERNAL, "cannot read the build context: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("bug in the preparation of a build", e);
      return Outcome.refused(ErrorKind.INTERNAL, "cannot build: " + e);
    } finally {
      if (!begun.get()) {
        lease.close();
        clean(id);
      }
    }
  }

  private static Preparation prepared(Request request, InputStream body, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    if (request.remote().isEmpty() || request.remote().equals("client-session")) {
      return Preparation.of(request, body, directory);
    }
    try (var remote = RemoteContext.open(request.remote(), directory)) {
      return Preparation.of(request, remote, directory);
    }
  }

  private static List<Reference> names(Request request) throws Reference.Invalid {
    var names = new ArrayList<Reference>();
    for (var name : request.names()) {
      var reference = Reference.parse(name);
      if (reference.digest().isPresent()) {
        throw new Reference.Invalid("build tag cannot contain a digest");
      }
      names.add(reference.withDefaultTag());
    }
    return names;
  }

  private Source<Output, NotUsed> started(
      String id,
      Caller caller,
      Request request,
      Preparation prepared,
      List<Reference> names,
      LayerStore.Lease lease) {
    var pair =
        Source.<Output>queue(QUEUE, OverflowStrategy.backpressure(), Transcript.MOST_ON_THEIR_WAY)
            .preMaterialize(workshop.materializer());
    var queue = pair.first();
    var diary = new BuildDiary(record, id, caller, workshop.clock());
    diary.begin(
        new BuildEvent.Started(
            request.names(),
            request.target(),
            prepared.plan().steps(),
            workshop.clock().instant()));
    var build =
        new Build(
            id,
            caller,
            request,
            prepared.file(),
            prepared.plan(),
            prepared.arguments(),
            prepared.context(),
            workshop.of(id),
            lease,
            diary);
    var transcript = new Transcript(queue);
    var run = new BuildRun(workshop, build, transcript, prepared.bases());
    var key = request.id().isEmpty() ? id : request.id();
    running.put(key, run);
    queue.watchCompletion().whenComplete((_, _) -> run.cancel());
    threads.execute(
        () -> {
          try {
            carryOut(build, diary, run, transcript, names);
          } finally {
            running.remove(key, run);
            lease.close();
            queue.complete();
            clean(id);
            workshop.cache().writeUsed();
            bound();
          }
        });
    return pair.second();
  }

  /** After a build: what the cache has become too large or too old for goes. */
  private void bound() {
    try {
      var gone = pruning.bound();
      if (!gone.ids().isEmpty()) {
        LOG.info("the build cache forgot {} entries, {} bytes", gone.ids().size(), gone.bytes());
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the build cache cannot be kept within its limits: {}", e.getMessage());
    }
  }

  private void carryOut(
      Build build, BuildDiary diary, BuildRun run, Transcript transcript, List<Reference> names) {
    try {
      try {
        var imageId = run.run(names);
        diary.settle();
        record.note(
            build.id(),
            new BuildEvent.Succeeded(imageId, workshop.clock().instant()),
            build.caller());
        transcript.send(
            new Output.Succeeded(imageId, names.stream().map(Reference::familiar).toList()));
      } catch (BuildFailed e) {
        failed(build, diary, e.message(), false);
        transcript.send(new Output.Failed(e.code(), e.message()));
      } catch (IOException e) {
        var message = String.valueOf(e.getMessage());
        failed(build, diary, message, false);
        transcript.send(new Output.Failed(0, message));
      } catch (InterruptedException e) {
        failed(build, diary, "the build was cancelled", true);
        transcript.send(new Output.Failed(0, "build cancelled"));
      }
    } catch (InterruptedException e) {
      LOG.debug("build {} has nobody to tell its end", build.id());
    } catch (RuntimeException e) {
      LOG.error("bug in build {}", build.id(), e);
    }
  }

  private void failed(Build build, BuildDiary diary, String message, boolean cancelled) {
    try {
      diary.passOn();
      record.note(
          build.id(),
          new BuildEvent.Failed(message, cancelled, workshop.clock().instant()),
          build.caller());
    } catch (IOException e) {
      LOG.warn("the end of build {} is not recorded: {}", build.id(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void clean(String id) {
    Deletions.later(workshop.of(id));
  }

  /**
   * What builds left that ran when the agent died: their containers, mounts and files go, their
   * record ends. {@code unfinished}: ids of builds in the record. Blocks; before the doors open.
   */
  public void recover(Collection<String> unfinished) throws IOException, InterruptedException {
    for (var id : workshop.scratch().mounted()) {
      workshop.scratch().remove(id);
    }
    io.gantry.agent.host.kernel.Tree.delete(workshop.directory().resolve(Workshop.SCRATCH));
    io.gantry.agent.host.kernel.Tree.delete(workshop.directory().resolve("running"));
    Placement.spreadBelow(Files.createDirectories(workshop.directory().resolve(Workshop.SCRATCH)));
    for (var id : unfinished) {
      for (var container : workshop.containers().list()) {
        if (isOf(id, container)) {
          workshop.containers().remove(Caller.ENGINE, container.getId(), true, true);
        }
      }
      record.note(
          id,
          new BuildEvent.Failed(
              "the agent ended while the build ran", true, workshop.clock().instant()),
          Caller.ENGINE);
    }
  }

  private static boolean isOf(String id, Container container) {
    return id.equals(container.getSpec().getAnnotationsOrDefault(RunContainer.ANNOTATION, ""));
  }

  @Override
  public boolean cancel(Caller caller, String buildId) {
    var run = running.get(buildId);
    if (run == null) {
      return false;
    }
    run.cancel();
    return true;
  }

  @Override
  public Collection<CacheRecord> cache() {
    return pruning.records();
  }

  @Override
  public CompletionStage<Outcome<Pruned>> prune(Caller caller, Prune prune) {
    var result = new CompletableFuture<Outcome<Pruned>>();
    threads.execute(
        () -> {
          try {
            result.complete(Outcome.done(pruning.prune(prune)));
          } catch (IOException | RuntimeException e) {
            result.complete(
                Outcome.refused(
                    ErrorKind.INTERNAL, "cannot prune the build cache: " + e.getMessage()));
          } catch (Error e) {
            result.completeExceptionally(e);
            throw e;
          }
        });
    return result;
  }
}
