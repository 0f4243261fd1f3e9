package io.gantry.agent.image.transfer;

import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Transfer;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.ImageConfigs;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.image.PackedLayer;
import io.gantry.agent.image.Platform;
import io.gantry.agent.image.Reference;
import io.gantry.agent.image.registry.Descriptor;
import io.gantry.agent.image.registry.Manifest;
import io.gantry.agent.image.registry.ManifestReader;
import io.gantry.agent.image.registry.PlatformChoice;
import io.gantry.agent.image.registry.Repository;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.persistence.event.PullEvent;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The steps of one pull: asking what the reference names, fetching and unpacking layers, naming the
 * image. Each may be repeated and finds what an earlier attempt has left. They run on threads of
 * their own, which {@link #cancel} interrupts.
 *
 * <p>Holds the pull's layers from their arrival until {@link #close}.
 */
final class PullWork {
  static final int MOST_CONFIG_BYTES = 8 << 20;

  private final Station station;
  private final Reference reference;
  private final Platform platform;
  private final Repository repository;
  private final Consumer<Transfer> progress;
  private final LayerStore.Lease lease;
  private final Semaphore downloads;
  private final Steps steps = new Steps();

  PullWork(
      Station station,
      Reference reference,
      Platform platform,
      Credentials credentials,
      Consumer<Transfer> progress) {
    this.station = station;
    this.reference = reference;
    this.platform = platform;
    this.repository = station.registries().source(reference, credentials);
    this.progress = progress;
    this.lease = station.layers().lease();
    this.downloads = new Semaphore(station.settings().downloads());
  }

  /** What there is to do, or the image that is here already. */
  sealed interface Found {
    record Here(Image image, String digest) implements Found {}

    record Layers(PullEvent.Resolved resolved) implements Found {}
  }

  CompletionStage<Found> find() {
    return steps.begin(this::findNow);
  }

  private Found findNow() throws IOException {
    var name = reference.digest().or(reference::tag).orElseThrow();
    var named = repository.resolve(name);
    var verdict = station.admission().verdict(reference, named.digest(), repository);
    var present = present(named.digest(), verdict);
    if (present.isPresent()) {
      sayPulling(name);
      return new Found.Here(present.get(), named.digest().toString());
    }
    var top = repository.manifest(named.digest().toString());
    sayPulling(name);
    var image = image(top);
    var config = config(image);
    var layers = ImageConfigs.diffIds(config);
    if (layers.size() != image.layers().size()) {
      throw new BadImage(
          "invalid manifest: it has %d layers and its configuration %d"
              .formatted(image.layers().size(), layers.size()));
    }
    station.arrivals().put(image.digest(), image.bytes());
    station.arrivals().put(image.config().digest(), config);
    return new Found.Layers(
        new PullEvent.Resolved(
            top.digest().toString(),
            image.digest().toString(),
            image.config().digest().toString(),
            layers,
            verdict,
            station.clock().instant()));
  }

  private void sayPulling(String name) {
    progress.accept(new Transfer.Said(name, "Pulling from " + reference.path()));
  }

  /** The image the reference names here, if it is the one it names there. */
  private Optional<Image> present(Digest digest, String verdict) {
    var table = station.images().names();
    var mine = table.names().get(reference.withDigest(digest.toString()).toString());
    var called = table.names().get(reference.toString());
    return mine != null
            && called != null
            && mine.imageId().equals(called.imageId())
            && table.origins().getOrDefault(mine.imageId(), List.of()).stream()
                .anyMatch(origin -> origin.verdict().equals(verdict))
        ? inspect(mine.imageId()).filter(image -> platform.distance(platformOf(image)) >= 0)
        : Optional.empty();
  }

  private Optional<Image> inspect(String id) {
    return station.images().inspect(id) instanceof Outcome.Done<Image>(var image)
        ? Optional.of(image)
        : Optional.empty();
  }

  private static Platform platformOf(Image image) {
    return new Platform(image.getOs(), image.getArchitecture(), image.getVariant());
  }

  private Manifest.Image image(Manifest top) throws IOException {
    return switch (top) {
      case Manifest.Image image -> image;
      case Manifest.Index index -> {
        var chosen = PlatformChoice.choose(index, platform);
        yield switch (repository.manifest(chosen.digest().toString())) {
          case Manifest.Image image -> image;
          case Manifest.Index nested ->
              throw new BadImage("index %s within an index".formatted(nested.digest()));
        };
      }
    };
  }

  private byte[] config(Manifest.Image image) throws IOException {
    var here = station.arrivals().read(image.config().digest());
    return here.isPresent() ? here.get() : repository.small(image.config(), MOST_CONFIG_BYTES);
  }

  /** Keeps the layers that are here. */
  void hold(PullEvent.Resolved resolved) {
    resolved.layers().forEach(layer -> station.layers().find(Digest.parse(layer), lease));
  }

  /** Fetches and unpacks one layer. */
  CompletionStage<String> layer(PullEvent.Resolved resolved, String layer) {
    return steps.begin(
        () -> {
          var diffId = Digest.parse(layer);
          var blob = manifest(resolved).layers().get(resolved.layers().indexOf(layer));
          if (station.layers().find(diffId, lease).isPresent()) {
            say(blob, "Already exists");
            return layer;
          }
          station.arrivals().want(blob.digest());
          try {
            unpack(fetch(blob), blob, diffId);
            see(diffId, blob.digest());
          } finally {
            station.arrivals().release(blob.digest());
          }
          return layer;
        });
  }

  /** Not where the layer was here by now from somewhere else: then nobody has read this blob. */
  private void see(Digest diffId, Digest blob) throws IOException {
    var packed = station.layers().packed(diffId);
    if (packed.isPresent() && packed.get().digest().equals(blob)) {
      station.seen().remember(diffId, Manifests.layer(packed.get()));
    }
  }

  /** Tells of all layers in their order, before any of them begins. */
  CompletionStage<Boolean> announce(PullEvent.Resolved resolved) {
    return steps.begin(
        () -> {
          var layers = manifest(resolved).layers();
          var waiting = 0;
          for (var i = 0; i < layers.size(); i++) {
            var here = station.layers().find(Digest.parse(resolved.layers().get(i)), lease);
            say(layers.get(i), here.isPresent() ? "Already exists" : "Pulling fs layer");
            if (here.isEmpty() && ++waiting > station.settings().downloads()) {
              say(layers.get(i), "Waiting");
            }
          }
          return true;
        });
  }

  private void say(Descriptor blob, String action) {
    progress.accept(new Transfer.Step(shortened(blob.digest()), action));
  }

  private static String shortened(Digest digest) {
    return digest.hex().substring(0, 12);
  }

  private Path fetch(Descriptor blob) throws Exception {
    return Steps.within(
        downloads,
        () -> {
          var file = station.downloads().fetch(repository, blob, bar(blob, "Downloading"));
          say(blob, "Verifying Checksum");
          say(blob, "Download complete");
          return file;
        });
  }

  private LongConsumer bar(Descriptor blob, String action) {
    var pace = new Pace();
    var id = shortened(blob.digest());
    return current -> {
      if (pace.allows()) {
        progress.accept(new Transfer.Step(id, action, current, blob.size()));
      }
    };
  }

  private void unpack(Path file, Descriptor blob, Digest diffId) throws IOException {
    var job =
        station
            .unpacking()
            .submit(
                () ->
                    station
                        .layers()
                        .ingest(
                            () ->
                                new CountedInput(
                                    Files.newInputStream(file), bar(blob, "Extracting")),
                            new PackedLayer(blob.digest(), file, blob.size()),
                            diffId,
                            lease));
    try {
      job.get();
    } catch (InterruptedException e) {
      job.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while unpacking " + diffId);
    } catch (ExecutionException e) {
      // These bytes are what the registry has: fetching them again would change nothing.
      station.arrivals().discard(blob.digest());
      throw failure(e);
    }
    station.arrivals().discard(blob.digest());
    say(blob, "Pull complete");
  }

  private static IOException failure(ExecutionException failed) {
    return failed.getCause() instanceof IOException e
        ? e
        : new IOException(String.valueOf(failed.getCause()), failed);
  }

  private Manifest.Image manifest(PullEvent.Resolved resolved) throws IOException {
    var digest = Digest.parse(resolved.manifest());
    var here = station.arrivals().read(digest);
    var manifest =
        here.isPresent()
            ? ManifestReader.read(here.get(), "")
            : repository.manifest(resolved.manifest());
    return switch (manifest) {
      case Manifest.Image image -> image;
      case Manifest.Index _ -> throw new BadImage("an index where a manifest was");
    };
  }

  /** All layers are here: the image and its names, in one entry of the record. */
  CompletionStage<Outcome<Image>> name(PullEvent.Resolved resolved, Caller caller) {
    return steps.begin(
        () -> {
          var manifest = manifest(resolved);
          var before = station.images().names().names().get(reference.toString());
          station.images().store().keep(manifest.bytes(), lease);
          var image = station.images().store().add(config(manifest), lease);
          var outcome =
              station
                  .images()
                  .record(
                      caller,
                      image.getId(),
                      new ImageEvent.Pulled(
                          image.getId(),
                          reference.toString(),
                          resolved.digest(),
                          resolved.manifest(),
                          resolved.verdict(),
                          station.clock().instant()));
          station.arrivals().discard(manifest.digest());
          station.arrivals().discard(manifest.config().digest());
          sayEnd(
              resolved.digest(),
              before != null && before.imageId().equals(image.getId())
                  ? "Image is up to date for "
                  : "Downloaded newer image for ");
          return outcome;
        });
  }

  void sayEnd(String digest, String status) {
    progress.accept(new Transfer.Said("", "Digest: " + digest));
    progress.accept(new Transfer.Said("", "Status: " + status + reference.familiar()));
  }

  /** Interrupts what goes on. Beginnings of blobs stay. */
  void cancel() {
    steps.cancel();
  }

  /** No step may go on. Layers that no image has by now may go. */
  void close() {
    steps.close();
    lease.close();
  }
}
