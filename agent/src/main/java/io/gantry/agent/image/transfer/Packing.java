package io.gantry.agent.image.transfer;

import io.gantry.agent.image.Digest;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.image.PackedLayer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Layers that no registry has given us, as registries want them. Each is packed once, however many
 * pushes want it, and kept so from then on: the next push knows its digest before it begins.
 */
final class Packing {
  private final LayerStore layers;
  private final Arrivals arrivals;
  private final Packer packer;
  private final Semaphore turns;
  private final Map<Digest, CompletableFuture<PackedLayer>> underWay = new ConcurrentHashMap<>();

  Packing(LayerStore layers, Arrivals arrivals, int processors) {
    this.layers = layers;
    this.arrivals = arrivals;
    this.packer = new Packer(processors);
    this.turns = new Semaphore(processors);
  }

  /** The caller holds the layer by a lease. */
  PackedLayer pack(Digest diffId, LayerStore.Lease lease) throws Exception {
    if (layers.find(diffId, lease).isEmpty()) {
      throw new IOException("layer %s is not here".formatted(diffId));
    }
    for (; ; ) {
      var mine = new CompletableFuture<PackedLayer>();
      var other = underWay.putIfAbsent(diffId, mine);
      if (other == null) {
        return packAlone(diffId, mine);
      }
      try {
        return other.get();
      } catch (ExecutionException e) {
        // The other gave up: its push may have been cancelled.
        continue;
      }
    }
  }

  private PackedLayer packAlone(Digest diffId, CompletableFuture<PackedLayer> mine)
      throws Exception {
    try {
      var known = layers.packed(diffId);
      var packed = known.isPresent() ? known.get() : Steps.within(turns, () -> packNow(diffId));
      mine.complete(packed);
      return packed;
    } catch (Exception | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(diffId, mine);
    }
  }

  private PackedLayer packNow(Digest diffId) throws IOException {
    var draft = arrivals.draft();
    try {
      Packer.Packed packed;
      try (var tar = layers.tar(diffId);
          var out = new BufferedOutputStream(Files.newOutputStream(draft), 1 << 17)) {
        packed = packer.pack(tar, out, _ -> {});
      }
      layers.adopt(diffId, new PackedLayer(packed.digest(), draft, packed.size()));
      return layers.packed(diffId).orElseThrow();
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
