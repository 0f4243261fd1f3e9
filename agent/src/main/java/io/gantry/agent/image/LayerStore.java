package io.gantry.agent.image;

import io.gantry.agent.host.kernel.IdRange;
import io.gantry.agent.host.kernel.Placement;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.tar.ReadAhead;
import io.gantry.agent.tar.TarReader;
import io.gantry.agent.tar.TarWriter;
import io.gantry.agent.tar.WriteBehind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers, unpacked once and shared by all images that have them. A layer appears whole, by rename
 * after its files are on the disk. Its life: {@link #ingest} under a {@link Lease}, named by an
 * image, and when no lease, image or container needs it any more, {@link #removeAllBut}.
 *
 * <p>Ingesting runs native calls in its caller's thread for as long as it takes: call it from a
 * platform thread. Two callers with the same layer wait for each other, and for nobody else.
 */
public final class LayerStore {
  private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);

  private final Path home;
  private final Path incoming;
  private final LayerLimits limits;
  private final AtomicLong temporary = new AtomicLong();
  private final Map<Digest, Layer> layers = new ConcurrentHashMap<>();
  private final Map<Digest, CompletableFuture<Layer>> underWay = new ConcurrentHashMap<>();
  private final Map<Digest, Integer> leased = new ConcurrentHashMap<>();

  // One at a time: deleting is not urgent and must not take the disk from those who start
  // containers.
  private final ThreadPoolExecutor deletion =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("gantry-layer-deletion").factory());

  private LayerStore(Path home, LayerLimits limits) {
    this.home = home;
    this.incoming = home.resolve("incoming");
    this.limits = limits;
    deletion.allowCoreThreadTimeOut(true);
  }

  /** Sweeps what a crash left half-made and learns what layers there are. */
  public static LayerStore open(Path directory, LayerLimits limits) throws IOException {
    var store = new LayerStore(directory, limits);
    delete(store.incoming);
    Files.createDirectories(store.incoming);
    Placement.spreadBelow(store.incoming);
    try (Stream<Path> names = Files.list(directory)) {
      for (var path : names.toList()) {
        var diffId = Digest.ofName(path.getFileName().toString());
        if (diffId.isPresent()) {
          store.learn(diffId.get(), path);
        }
      }
    }
    return store;
  }

  /** One damaged layer is missed by its images, and by nobody else. */
  private void learn(Digest diffId, Path path) {
    try {
      layers.put(diffId, new LayerFiles(path).read(diffId));
    } catch (IOException damaged) {
      LOG.error("layer {} is not used: {}", diffId, damaged.getMessage());
    }
  }

  /** Keeps layers from being removed until closed, while nothing else names them yet. */
  public final class Lease implements AutoCloseable {
    private final Set<Digest> held = new HashSet<>();
    private boolean closed;

    private Lease() {}

    /** After its end a lease holds nothing: what comes too late for it is not kept. */
    synchronized void hold(Digest diffId) {
      if (!closed && held.add(diffId)) {
        leased.merge(diffId, 1, Integer::sum);
      }
    }

    @Override
    public synchronized void close() {
      closed = true;
      held.forEach(diffId -> leased.computeIfPresent(diffId, (_, n) -> n == 1 ? null : n - 1));
      held.clear();
    }
  }

  public Lease lease() {
    return new Lease();
  }

  /** A layer that is here, and stays while the lease lasts. */
  public Optional<Layer> find(Digest diffId, Lease lease) {
    return Optional.ofNullable(held(diffId, lease));
  }

  /**
   * Serialised with a removal of this layer: either the lease comes first, or the layer is gone.
   */
  private @Nullable Layer held(Digest diffId, Lease lease) {
    lease.hold(diffId);
    return layers.computeIfPresent(diffId, (_, layer) -> layer);
  }

  /** True while some lease holds the layer or the configuration of this digest. */
  boolean isLeased(Digest digest) {
    return leased.containsKey(digest);
  }

  /** A layer that is here now. */
  public Optional<Layer> find(Digest diffId) {
    return Optional.ofNullable(layers.get(diffId));
  }

  public Collection<Layer> all() {
    return List.copyOf(layers.values());
  }

  /**
   * Unpacks a layer whose digest is known, unless it is here. {@code tar} may be compressed; it is
   * read only when needed. Other bytes than promised are a {@link BadImage} that names both
   * digests, and leave nothing.
   */
  public Layer ingest(Source tar, Digest diffId, Lease lease) throws IOException {
    return ingest(tar, Optional.empty(), diffId, lease);
  }

  /**
   * The same of a file that came from a registry. It is kept with the layer, linked, so that the
   * layer can go back there byte for byte.
   */
  public Layer ingest(Source tar, PackedLayer packed, Digest diffId, Lease lease)
      throws IOException {
    return ingest(tar, Optional.of(packed), diffId, lease);
  }

  private Layer ingest(Source tar, Optional<PackedLayer> packed, Digest diffId, Lease lease)
      throws IOException {
    for (; ; ) {
      var present = held(diffId, lease);
      if (present != null) {
        return present;
      }
      var mine = new CompletableFuture<Layer>();
      var other = underWay.putIfAbsent(diffId, mine);
      if (other == null) {
        return ingestAlone(tar, packed, diffId, lease, mine);
      }
      try {
        return other.join();
      } catch (CompletionException e) {
        // The other one failed, maybe for reasons of its own: now it is this one's turn.
        continue;
      }
    }
  }

  private Layer ingestAlone(
      Source tar,
      Optional<PackedLayer> packed,
      Digest diffId,
      Lease lease,
      CompletableFuture<Layer> mine)
      throws IOException {
    try (var in = tar.open()) {
      var layer = unpack(in, packed, Optional.of(diffId), limits.bytes(), lease);
      mine.complete(layer);
      return layer;
    } catch (IOException | RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(diffId, mine);
    }
  }

  /** Unpacks a layer nobody knows the digest of yet. */
  public Layer ingest(InputStream tar, Lease lease) throws IOException {
    return unpack(tar, Optional.empty(), Optional.empty(), limits.bytes(), lease);
  }

  /**
   * What a writable layer (overlayfs upper directory) changed, as a layer; the directory stays as
   * it is. It must not change meanwhile, or the layer is neither the old nor the new state.
   */
  public Layer ingestDifferences(Path upper, Lease lease) throws IOException {
    return ingestDifferences(upper, IdRange.ALL, lease);
  }

  /** The same where the files have {@code ids} of the host; the layer's have the container's. */
  public Layer ingestDifferences(Path upper, IdRange ids, Lease lease) throws IOException {
    return differences(upper, ids, false, lease);
  }

  /**
   * The same, and the directory itself becomes the layer's files: nothing is copied. It must lie on
   * the same file system, and nothing may be mounted on it any more. It is gone when this returns,
   * except when the same layer was here already; after a failure it is good for nothing.
   */
  public Layer adoptDifferences(Path upper, Lease lease) throws IOException {
    return differences(upper, IdRange.ALL, true, lease);
  }

  private Layer differences(Path upper, IdRange ids, boolean adopt, Lease lease)
      throws IOException {
    var work = new LayerFiles(incoming.resolve("layer-" + temporary.incrementAndGet()));
    Files.createDirectories(work.home());
    try {
      Digest diffId;
      long size;
      long tarSize;
      try (var packed = work.packedTar();
          var tar = new TarSink(packed, limits.bytes());
          var tree = Tree.open(upper, ids)) {
        try (var behind = new WriteBehind(tar)) {
          size = new Differences(tree, adopt, new TarWriter(behind)).write();
        }
        diffId = tar.digest();
        tarSize = tar.count();
      }
      var present = held(diffId, lease);
      if (present != null) {
        return present;
      }
      if (adopt) {
        Files.move(upper, work.files(), StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.createDirectories(work.files());
        try (var in = new BufferedInputStream(work.readTar(), 1 << 17);
            var tree = Tree.open(work.files())) {
          new LayerUnpacker(tree, new TarReader(in), limits).unpack();
        }
      }
      work.writeNumbers(size, tarSize, Optional.empty());
      return settle(List.of(new Unpacked(work, diffId, tarSize)), lease).getFirst();
    } finally {
      delete(work.home());
    }
  }

  /** A layer's bytes, when they are wanted. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  private Layer unpack(
      InputStream in,
      Optional<PackedLayer> packed,
      Optional<Digest> expected,
      long most,
      Lease lease)
      throws IOException {
    return settle(List.of(unpack(in, packed, expected, most)), lease).getFirst();
  }

  /** A layer whose files are written, but may not be on the disk yet: {@link #settle} is next. */
  record Unpacked(LayerFiles work, Digest diffId, long tarSize) {}

  /** Unpacks a layer nobody knows the digest of yet, of at most {@code most} bytes of tar. */
  Unpacked unpack(InputStream tar, long most) throws IOException {
    return unpack(tar, Optional.empty(), Optional.empty(), Math.min(most, limits.bytes()));
  }

  private Unpacked unpack(
      InputStream in, Optional<PackedLayer> packed, Optional<Digest> expected, long most)
      throws IOException {
    var work = new LayerFiles(incoming.resolve("layer-" + temporary.incrementAndGet()));
    Files.createDirectories(work.files());
    try {
      Digest found;
      long size;
      long tarSize;
      try (var kept = packed.isPresent() ? OutputStream.nullOutputStream() : work.packedTar();
          var copy = packed.isPresent() ? kept : new WriteBehind(kept);
          var tar = new TarTee(Compression.unpack(in), copy, most);
          var ahead = new ReadAhead(tar);
          var tree = Tree.open(work.files())) {
        size = new LayerUnpacker(tree, new TarReader(ahead), limits).unpack();
        found = tar.digest();
        tarSize = tar.count();
      }
      if (expected.isPresent() && !expected.get().equals(found)) {
        throw new BadImage("cannot unpack layer %s: digest is %s".formatted(expected.get(), found));
      }
      if (packed.isPresent()) {
        work.adopt(packed.get());
      }
      work.writeNumbers(size, tarSize, packed.map(PackedLayer::digest));
      return new Unpacked(work, found, tarSize);
    } catch (IOException | RuntimeException | Error e) {
      delete(work.home());
      throw e;
    }
  }

  /**
   * Brings unpacked layers to the disk, all by one sync, and into the store, in their order. What
   * was unpacked is gone afterwards, whether that went well or not.
   */
  List<Layer> settle(List<Unpacked> unpacked, Lease lease) throws IOException {
    try {
      try (var tree = Tree.open(unpacked.getFirst().work().home())) {
        tree.sync();
      }
      var settled = new ArrayList<Layer>();
      for (var one : unpacked) {
        settled.add(publish(one, lease));
      }
      ContentStore.sync(home);
      return List.copyOf(settled);
    } finally {
      for (var one : unpacked) {
        delete(one.work().home());
      }
    }
  }

  private Layer publish(Unpacked unpacked, Lease lease) throws IOException {
    var diffId = unpacked.diffId();
    lease.hold(diffId);
    var target = home.resolve(diffId.hex());
    // In one step for this layer: a removal of it or another arrival is before or after.
    Moved moved = new Moved();
    var layer =
        layers.computeIfAbsent(
            diffId,
            _ -> {
              try {
                Files.move(unpacked.work().home(), target, StandardCopyOption.ATOMIC_MOVE);
                return new LayerFiles(target).read(diffId);
              } catch (IOException e) {
                moved.failure = e;
                return null;
              }
            });
    if (layer == null) {
      throw moved.failure;
    }
    return layer;
  }

  private static void delete(Path tree) throws IOException {
    io.gantry.agent.host.kernel.Tree.delete(tree);
  }

  private static final class Moved {
    private IOException failure = new IOException("the layer could not be moved to its place");
  }

  /** The uncompressed tar of a layer, byte for byte as it came. */
  public InputStream tar(Digest diffId) throws IOException {
    return new LayerFiles(home.resolve(diffId.hex())).readTar();
  }

  /** The layer as a registry has it, if one is known to. */
  public Optional<PackedLayer> packed(Digest diffId) throws IOException {
    return new LayerFiles(home.resolve(diffId.hex())).packed();
  }

  /**
   * A registry has this layer, packed so: from now on it is kept so here too. Linked, not moved;
   * the caller holds the layer by a lease.
   */
  public void adopt(Digest diffId, PackedLayer packed) throws IOException {
    var layer = new LayerFiles(home.resolve(diffId.hex()));
    var numbers = layer.read(diffId);
    layer.adopt(packed);
    layer.writeNumbers(numbers.size(), numbers.tarSize(), Optional.of(packed.digest()));
    // Ours goes only when the other is on the disk, and nobody has to wait for that.
    deletion.execute(() -> forgetOwnPacking(layer));
  }

  private static void forgetOwnPacking(LayerFiles layer) {
    try {
      layer.sync();
      layer.forgetOwnPacking();
    } catch (NoSuchFileException removed) {
      // Nothing is left to be freed.
    } catch (IOException e) {
      LOG.warn("a layer stays packed twice: {}", e.getMessage());
    }
  }

  /**
   * Removes every layer that is neither {@code needed} nor under a lease. They are gone when this
   * returns; their files, whose bytes are the result, are deleted behind it.
   *
   * @param needed asked about a layer once no lease holds it: what was named under a lease that
   *     ended is known by then
   */
  public long removeAllBut(Predicate<Digest> needed) throws IOException {
    long freed = 0;
    for (var layer : all()) {
      if (!isLeased(layer.diffId()) && !needed.test(layer.diffId())) {
        freed += remove(layer, needed);
      }
    }
    return freed;
  }

  private long remove(Layer layer, Predicate<Digest> needed) throws IOException {
    var gone = incoming.resolve("gone-" + temporary.incrementAndGet());
    var moved = new Moved();
    var removed =
        layers.computeIfPresent(
            layer.diffId(),
            (diffId, present) -> {
              // In this order: under a lease it is named before the lease ends.
              if (isLeased(diffId) || needed.test(diffId)) {
                return present;
              }
              try {
                Files.move(home.resolve(diffId.hex()), gone, StandardCopyOption.ATOMIC_MOVE);
                return null;
              } catch (IOException e) {
                moved.failure = e;
                return present;
              }
            });
    if (removed != null || !Files.exists(gone)) {
      return 0;
    }
    deletion.execute(() -> deleteLater(gone));
    return layer.size();
  }

  /** Waits until the files of all layers removed so far are deleted. */
  void awaitDeletions() throws InterruptedException, ExecutionException {
    deletion.submit(() -> {}).get();
  }

  private static void deleteLater(Path gone) {
    try {
      delete(gone);
    } catch (IOException e) {
      LOG.warn("files of a removed layer stay until the next start: {}", e.getMessage());
    }
  }
}
