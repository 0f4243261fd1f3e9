package io.gantry.agent.image.transfer;

import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Transfer;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.image.PackedLayer;
import io.gantry.agent.image.Reference;
import io.gantry.agent.image.registry.Descriptor;
import io.gantry.agent.image.registry.Uploads;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.persistence.event.PushEvent;
import io.gantry.protocol.v1.Image;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The steps of one push: each layer, then configuration and manifest. Each may be repeated: what
 * the registry has is not sent again.
 *
 * <p>Holds the image's layers until {@link #close}.
 */
final class PushWork {
  private final Station station;
  private final Reference reference;
  private final String imageId;
  private final List<String> layers;
  private final Uploads uploads;
  private final Consumer<Transfer> progress;
  private final LayerStore.Lease lease;
  private final Semaphore turns;
  private final Steps steps = new Steps();
  private final Map<String, Descriptor> sent = new ConcurrentHashMap<>();

  /** {@code image} is here; its layers are held from now on. */
  PushWork(
      Station station,
      Reference reference,
      Image image,
      Credentials credentials,
      Consumer<Transfer> progress) {
    this.station = station;
    this.reference = reference;
    this.imageId = image.getId();
    this.layers = image.getDiffIdsList().stream().distinct().toList();
    this.uploads = new Uploads(station.registries().target(reference, credentials));
    this.progress = progress;
    this.lease = station.layers().lease();
    this.turns = new Semaphore(station.settings().uploads());
    layers.forEach(layer -> station.layers().find(Digest.parse(layer), lease));
  }

  List<String> layers() {
    return layers;
  }

  String imageId() {
    return imageId;
  }

  CompletionStage<Boolean> announce() {
    return steps.begin(
        () -> {
          var waiting = 0;
          // Docker tells of the highest layer first.
          for (var layer : layers.reversed()) {
            step(layer, "Preparing");
          }
          for (var layer : layers.reversed()) {
            if (++waiting > station.settings().uploads()) {
              step(layer, "Waiting");
            }
          }
          return true;
        });
  }

  private void say(String text) {
    progress.accept(new Transfer.Said("", text));
  }

  private void step(String layer, String action) {
    progress.accept(new Transfer.Step(shortened(layer), action));
  }

  private static String shortened(String layer) {
    return Digest.parse(layer).hex().substring(0, 12);
  }

  /** Has one layer in the repository. */
  CompletionStage<PushEvent.LayerSent> layer(String layer) {
    return steps.begin(() -> Steps.within(turns, () -> send(layer)));
  }

  private PushEvent.LayerSent send(String layer) throws Exception {
    var diffId = Digest.parse(layer);
    var known = station.layers().packed(diffId);
    if (known.isEmpty()) {
      for (var blob : station.seen().of(diffId)) {
        if (uploads.has(blob.digest(), blob.size())) {
          return sent(layer, blob, existed(layer));
        }
      }
    }
    var packed = known.isPresent() ? known.get() : pack(diffId);
    return sent(layer, Manifests.layer(packed), send(layer, packed));
  }

  /** What the registry has now. */
  private PushEvent.LayerSent sent(String layer, Descriptor blob, String how) {
    sent.put(layer, blob);
    station.seen().remember(Digest.parse(layer), blob);
    return new PushEvent.LayerSent(layer, blob.digest().toString(), how, station.clock().instant());
  }

  private String existed(String layer) {
    step(layer, "Layer already exists");
    return "existed";
  }

  private String send(String layer, PackedLayer blob) throws IOException {
    if (uploads.has(blob.digest(), blob.size())) {
      return existed(layer);
    }
    var elsewhere = Neighbours.of(station.images(), reference, layer);
    Optional<Uploads.Session> session;
    if (elsewhere.isPresent()) {
      session = uploads.mount(blob.digest(), elsewhere.get());
      if (session.isEmpty()) {
        step(layer, "Mounted from " + elsewhere.get());
        return "mounted";
      }
    } else {
      session = Optional.of(uploads.begin());
    }
    var bar = bar(layer, blob.size());
    uploads.send(
        session.get(),
        blob.digest(),
        blob.size(),
        offset -> {
          var file = Files.newInputStream(blob.file());
          file.skipNBytes(offset);
          return new CountedInput(file, sent -> bar.accept(offset + sent));
        });
    step(layer, "Pushed");
    return "uploaded";
  }

  private LongConsumer bar(String layer, long total) {
    var pace = new Pace();
    return current -> {
      if (pace.allows()) {
        progress.accept(new Transfer.Step(shortened(layer), "Pushing", current, total));
      }
    };
  }

  /** As registries want it; from now on the layer is kept so. */
  private PackedLayer pack(Digest diffId) throws Exception {
    return station.packing().pack(diffId, lease);
  }

  /** All layers are there: the rest, and the digest of it all. */
  CompletionStage<Digest> finish(Caller caller) {
    return steps.begin(
        () -> {
          var config = station.images().store().content().read(Digest.parse(imageId)).orElseThrow();
          var manifest = new Manifests(station).of(imageId, config, this::blob);
          if (!uploads.has(manifest.config().digest(), config.length)) {
            uploads.send(
                uploads.begin(),
                manifest.config().digest(),
                config.length,
                offset ->
                    new ByteArrayInputStream(config, (int) offset, config.length - (int) offset));
          }
          var tag = reference.tag().orElseThrow();
          var digest = uploads.manifest(tag, manifest.mediaType(), manifest.bytes());
          station.images().store().keep(manifest.bytes(), lease);
          var recorded =
              station
                  .images()
                  .record(
                      caller,
                      imageId,
                      new ImageEvent.Pushed(
                          imageId,
                          reference.toString(),
                          digest.toString(),
                          station.clock().instant()));
          if (recorded instanceof Outcome.Refused<Image>(_, var why)) {
            throw new IOException(why);
          }
          var size = manifest.bytes().length;
          say("%s: digest: %s size: %d".formatted(tag, digest, size));
          progress.accept(new Transfer.Pushed(tag, digest.toString(), size));
          return digest;
        });
  }

  private Descriptor blob(String layer) throws IOException {
    var blob = sent.get(layer);
    return blob != null
        ? blob
        : Manifests.layer(station.layers().packed(Digest.parse(layer)).orElseThrow());
  }

  void cancel() {
    steps.cancel();
  }

  void close() {
    steps.close();
    lease.close();
  }
}
