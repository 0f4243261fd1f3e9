package io.gantry.agent.image;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.stream.BoundedSourceQueue;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.agent.tar.TarStream;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.ExecutionContext;

/**
 * The images of this host. Reading answers from memory; changing goes through the recorded {@link
 * ImageNames}. Unpacking runs on platform threads of its own, one an archive, so that a client that
 * stops sending holds up only itself.
 */
public final class LocalImages implements Images {
  private static final Logger LOG = LoggerFactory.getLogger(LocalImages.class);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int PROGRESS = 256;
  private static final int SHORTEST_KEPT = 12;

  private final ActorSystem<?> system;
  private final ImageStore store;
  private final ArchiveLoad archives;
  private final Supplier<? extends Collection<ImageUse>> uses;
  private final KeptImages kept;
  private final InstantSource clock;
  private final ActorRef<ImageNames.Command> names;
  private final CompletableFuture<NameTable> recovered = new CompletableFuture<>();
  private final CompletionStage<Void> ready;
  private final Executor threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("gantry-image-", 0).factory());
  private volatile NameTable table = NameTable.EMPTY;

  /**
   * Spawns the actor of the images' names below {@code parent}.
   *
   * @param uses containers that stand on images, from their published view; asked at each removal,
   *     must not block
   * @param kept the build cache's
   */
  public LocalImages(
      ActorContext<?> parent,
      ImageStore store,
      Supplier<? extends Collection<ImageUse>> uses,
      KeptImages kept,
      InstantSource clock) {
    this.system = parent.getSystem();
    this.store = store;
    this.archives = new ArchiveLoad(store);
    this.uses = uses;
    this.kept = kept;
    this.clock = clock;
    this.names = parent.spawn(ImageNames.create(new Memory(), this::publish), "images");
    this.ready = recovered.thenAcceptAsync(this::recall, threads);
  }

  /** Completes when every image of the record is known again. */
  public CompletionStage<Void> ready() {
    return ready;
  }

  private void publish(NameTable changed) {
    table = changed;
    recovered.complete(changed);
  }

  private void recall(NameTable known) {
    try {
      store.forgetAllBut(
          Stream.concat(
                  Stream.concat(known.images().keySet().stream(), kept.ids().stream()),
                  known.manifests())
              .toList());
    } catch (IOException e) {
      LOG.warn("cannot sweep what crashed arrivals of images left: {}", e.getMessage());
    }
    for (var id : kept.ids()) {
      try {
        store.recall(id);
      } catch (IOException e) {
        LOG.debug("image {} of the build cache is not complete: {}", id, e.getMessage());
      }
    }
    for (var id : known.images().keySet()) {
      try {
        if (store.recall(id).isEmpty()) {
          LOG.warn("image {} is in the record, but its configuration is gone", id);
        }
      } catch (IOException e) {
        LOG.warn("image {} is in the record, but not complete on the disk: {}", id, e.getMessage());
      }
    }
  }

  private final class Memory implements ImageNames.Knowledge {
    @Override
    public List<Digest> diffIds(String imageId) {
      return store.find(imageId).map(ImageStore.Stored::diffIds).orElse(List.of());
    }

    @Override
    public Map<String, String> labels(String imageId) {
      return store.find(imageId).map(s -> s.image().getConfig().getLabelsMap()).orElse(Map.of());
    }

    @Override
    public List<ImageUse> uses() {
      return List.copyOf(uses.get());
    }
  }

  // -- reading -----------------------------------------------------------------------------------

  /** The names as they are now. */
  public NameTable names() {
    return table;
  }

  public ImageStore store() {
    return store;
  }

  private ImageView view() {
    return new ImageView(table, store);
  }

  private <T> Outcome<T> find(String reference, Function<String, Optional<T>> what) {
    return switch (ImageLookup.find(table, reference)) {
      case Outcome.Refused<String> refused ->
          kept(reference).flatMap(what).map(Outcome::done).orElseGet(refused::as);
      case Outcome.Unchanged<String>(var id) -> found(reference, what.apply(id));
      case Outcome.Done<String>(var id) -> found(reference, what.apply(id));
    };
  }

  /** A step of a build, by its id or the twelve digits the build has shown. */
  private Optional<String> kept(String reference) {
    var prefix = reference.startsWith("sha256:") ? reference : "sha256:" + reference;
    if (Digest.isDigest(prefix)) {
      return store.find(prefix).map(_ -> prefix);
    }
    if (prefix.length() < "sha256:".length() + SHORTEST_KEPT) {
      return Optional.empty();
    }
    var found = kept.ids().stream().filter(id -> id.startsWith(prefix)).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static <T> Outcome<T> found(String reference, Optional<T> value) {
    return value.map(Outcome::done).orElseGet(() -> ImageLookup.unknown(reference));
  }

  @Override
  public Outcome<Image> inspect(String reference) {
    return find(reference, view()::image);
  }

  /** What a container of this image needs; no disk is read. */
  public Outcome<ResolvedImage> resolve(String reference) {
    return find(reference, view()::resolve);
  }

  @Override
  public Collection<Image> list() {
    return view().images();
  }

  @Override
  public Outcome<List<HistoryRow>> history(String reference) {
    var view = view();
    return find(reference, view::image)
        .map(
            image ->
                History.of(
                    image,
                    view::image,
                    diffId -> store.layers().find(diffId).map(Layer::size).orElse(0L)));
  }

  @Override
  public Map<String, Long> sharedBytes() {
    return SharedBytes.of(
        view().images(), diffId -> store.layers().find(diffId).map(Layer::size).orElse(0L));
  }

  @Override
  public long layerBytes() {
    return store.layers().all().stream().mapToLong(Layer::size).sum();
  }

  // -- coming and going --------------------------------------------------------------------------

  @Override
  public CompletionStage<Outcome<Image>> importRoot(
      Caller caller,
      InputStream tar,
      Optional<String> reference,
      String message,
      List<String> changes,
      String platform) {
    try {
      var name =
          reference.isEmpty() ? Optional.<Reference>empty() : Optional.of(newName(reference.get()));
      var config = ConfigChange.apply(ImageConfig.getDefaultInstance(), changes);
      var wanted = new RootImport(config, message, Platform.parse(platform), clock.instant());
      return run("import an image", () -> importRoot(caller, tar, name, wanted));
    } catch (Reference.Invalid | ConfigChange.Invalid | BadImage e) {
      return CompletableFuture.completedStage(
          Outcome.refused(ErrorKind.INVALID, String.valueOf(e.getMessage())));
    }
  }

  private Outcome<Image> importRoot(
      Caller caller, InputStream tar, Optional<Reference> name, RootImport wanted)
      throws Exception {
    try (var lease = store.layers().lease()) {
      var layer = store.layers().ingest(tar, lease);
      var image = store.add(wanted.imageOf(layer), lease);
      return record(caller, image.getId(), "import", name.map(List::of).orElse(List.of()));
    }
  }

  /**
   * Records an image that {@link ImageStore#add} has made complete under a lease the caller still
   * holds. Blocks until it is recorded: not for actors.
   *
   * @param how "load", "import", "pull", "build", "commit"
   */
  public Outcome<Image> record(Caller caller, String imageId, String how, List<Reference> newNames)
      throws Exception {
    return record(caller, imageId, how, "", newNames);
  }

  /** The same for an image made from another: {@code parentId}, if that is here. */
  public Outcome<Image> record(
      Caller caller, String imageId, String how, String parentId, List<Reference> newNames)
      throws Exception {
    return recorded(
        imageId,
        ask(
            replyTo ->
                new ImageNames.Add(
                    imageId, how, parentId, newNames, clock.instant(), caller, replyTo)));
  }

  /** As {@link #record}, of an image that came from a registry or went there. */
  public Outcome<Image> record(Caller caller, String imageId, ImageEvent transfer)
      throws Exception {
    return recorded(imageId, ask(replyTo -> new ImageNames.Note(transfer, caller, replyTo)));
  }

  private Outcome<Image> recorded(String imageId, CompletionStage<Outcome<NameTable>> asked)
      throws Exception {
    var answer = asked.toCompletableFuture().get();
    return switch (answer) {
      case Outcome.Refused<NameTable> refused -> refused.as();
      case Outcome.Done<NameTable> _, Outcome.Unchanged<NameTable> _ -> inspect(imageId);
    };
  }

  @Override
  public Source<Progress, CompletionStage<Outcome<List<Loaded>>>> load(
      Caller caller, InputStream tar, List<String> platforms) {
    return Source.<Progress>queue(PROGRESS)
        .mapMaterializedValue(
            queue ->
                run("load images", () -> load(caller, tar, platforms, queue))
                    .whenComplete((_, _) -> queue.complete()));
  }

  private Outcome<List<Loaded>> load(
      Caller caller, InputStream tar, List<String> platforms, BoundedSourceQueue<Progress> progress)
      throws Exception {
    try (var lease = store.layers().lease()) {
      return load(caller, archives.read(tar, PlatformWish.of(platforms), lease, progress::offer));
    } finally {
      // An archive may bring layers that none of its images has, or fail after some have come.
      sweep();
    }
  }

  private Outcome<List<Loaded>> load(Caller caller, List<ArchiveLoad.Arrived> all)
      throws Exception {
    var loaded = new ArrayList<Loaded>();
    for (var arrived : all) {
      var outcome = record(caller, arrived.image().getId(), "load", arrived.names());
      if (!(outcome instanceof Outcome.Done<Image>(var image))) {
        return outcome.map(_ -> List.of());
      }
      if (arrived.names().isEmpty()) {
        loaded.add(new Loaded(image.getId(), image));
      }
      arrived.names().forEach(name -> loaded.add(new Loaded(name.familiar(), image)));
    }
    return Outcome.done(List.copyOf(loaded));
  }

  @Override
  public Outcome<Source<ByteString, NotUsed>> save(
      List<String> references, List<String> platforms) {
    try {
      var wish = PlatformWish.of(platforms);
      var chosen =
          Selections.of(table, references, id -> store.find(id).map(ImageStore.Stored::diffIds));
      if (chosen instanceof Outcome.Done<List<ArchiveWriter.Selection>>(var selections)) {
        for (var selection : selections) {
          wish.requireForExport(store.image(selection.imageId()));
        }
      }
      return chosen.map(
          selections -> TarStream.of(threads, out -> new ArchiveSave(store, selections).to(out)));
    } catch (BadImage e) {
      return Outcome.refused(ErrorKind.INVALID, String.valueOf(e.getMessage()));
    }
  }

  // -- names -------------------------------------------------------------------------------------

  @Override
  public CompletionStage<Outcome<Image>> tag(Caller caller, String source, String target) {
    try {
      var name = newName(target);
      return switch (ImageLookup.find(table, source)) {
        case Outcome.Refused<String> refused -> CompletableFuture.completedStage(refused.as());
        case Outcome.Unchanged<String>(var id) -> tag(caller, id, name);
        case Outcome.Done<String>(var id) -> tag(caller, id, name);
      };
    } catch (Reference.Invalid e) {
      return CompletableFuture.completedStage(Outcome.refused(ErrorKind.INVALID, e.getMessage()));
    }
  }

  private CompletionStage<Outcome<Image>> tag(Caller caller, String id, Reference name) {
    return ask((ActorRef<Outcome<NameTable>> replyTo) ->
            new ImageNames.Tag(id, name, clock.instant(), caller, replyTo))
        .thenApply(
            outcome ->
                switch (outcome) {
                  case Outcome.Refused<NameTable> refused -> refused.as();
                  case Outcome.Done<NameTable> _, Outcome.Unchanged<NameTable> _ -> inspect(id);
                });
  }

  /** What a new image may be called. */
  public static Reference newName(String text) throws Reference.Invalid {
    var name = Reference.parse(text);
    if (name.digest().isPresent()) {
      throw new Reference.Invalid("refusing to create a tag with a digest reference");
    }
    if (name.familiarRepository().equals("sha256")) {
      throw new Reference.Invalid(
          "refusing to create an ambiguous tag using digest algorithm as name");
    }
    return name.withDefaultTag();
  }

  @Override
  public CompletionStage<Outcome<List<Removal>>> remove(
      Caller caller, String reference, boolean force, boolean noPrune) {
    return ask((ActorRef<Outcome<ImageNames.Removed>> replyTo) ->
            new ImageNames.Remove(reference, force, !noPrune, clock.instant(), caller, replyTo))
        .thenComposeAsync(this::clean, threads);
  }

  private CompletionStage<Outcome<List<Removal>>> clean(Outcome<ImageNames.Removed> outcome) {
    if (outcome instanceof Outcome.Done<ImageNames.Removed>(var removed)
        && !removed.images().isEmpty()) {
      removed.images().forEach(kept::removed);
      try {
        sweep();
      } catch (IOException e) {
        LOG.warn(
            "files of removed images {} stay for the next sweep: {}",
            removed.images(),
            e.getMessage());
      }
    }
    return CompletableFuture.completedStage(outcome.map(ImageNames.Removed::removals));
  }

  /**
   * Removes layers and manifests that no image and no container needs, and returns the bytes freed.
   * To be called once the containers are known after a start, and after containers went whose image
   * is gone. Blocks.
   */
  public long sweep() throws IOException {
    return store.sweep(
        id -> table.images().containsKey(id) || kept.ids().contains(id),
        digest -> table.hasManifest(digest.toString()),
        diffId -> uses.get().stream().anyMatch(use -> use.layers().contains(diffId.toString())));
  }

  /**
   * From now on {@link #sweep} runs again and again, for what containers leave that outlived their
   * image. To be called once, after the first sweep.
   */
  public void sweepEvery(Duration pause) {
    system
        .scheduler()
        .scheduleWithFixedDelay(
            pause, pause, this::sweepQuietly, ExecutionContext.fromExecutor(threads));
  }

  private void sweepQuietly() {
    try {
      sweep();
    } catch (IOException e) {
      LOG.warn("unused layers stay for the next sweep: {}", e.getMessage());
    } catch (RuntimeException bug) {
      // Thrown, it would end all sweeps to come.
      LOG.error("unused layers stay for the next sweep", bug);
    }
  }

  /**
   * Keeps an image's layers until closed, for whoever makes something that stands on them and is
   * not known to stand there yet. Refused: they are gone already.
   */
  public Outcome<LayerStore.Lease> hold(String reference, ResolvedImage image) {
    var lease = store.layers().lease();
    for (var diffId : image.diffIds()) {
      if (store.layers().find(Digest.parse(diffId), lease).isEmpty()) {
        lease.close();
        return ImageLookup.unknown(reference);
      }
    }
    return Outcome.done(lease);
  }

  // -- running -----------------------------------------------------------------------------------

  private <T> CompletionStage<T> ask(
      akka.japi.function.Function<ActorRef<T>, ImageNames.Command> command) {
    return AskPattern.ask(names, command, ANSWER, system.scheduler());
  }

  private <T> CompletionStage<Outcome<T>> run(String what, Callable<Outcome<T>> job) {
    var result = new CompletableFuture<Outcome<T>>();
    threads.execute(
        () -> {
          try {
            result.complete(job.call());
          } catch (Exception e) {
            result.complete(Failures.outcome(what, e));
          } catch (Error e) {
            result.completeExceptionally(e);
            throw e;
          }
        });
    return result;
  }
}
