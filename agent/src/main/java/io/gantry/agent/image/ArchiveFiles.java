package io.gantry.agent.image;

import io.gantry.agent.Images.Progress;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.tar.EntryPath;
import io.gantry.agent.tar.TarEntry;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The files of an image archive, read once from front to back: what is a layer by its first bytes
 * goes straight into the store of layers, the rest to the disk, because what says how it all
 * belongs together may come last. Files are called by numbers here, so that no name from the
 * archive ever reaches a file system. Closing deletes them all.
 */
final class ArchiveFiles implements Closeable {
  private static final int MOST_ENTRIES = 100_000;
  private static final int DEEPEST = 64;
  private static final int LONGEST_CHAIN = 8;
  private static final int BLOCK = 512;

  /** What became of a file of the archive. */
  sealed interface Content {
    record File(Path path) implements Content {}

    record Unpacked(Digest diffId) implements Content {}

    /** It began like a layer and was none. That matters only when an image wants it. */
    record Broken(IOException failure) implements Content {}
  }

  private final Path directory;
  private final LayerStore layers;
  private final LayerStore.Lease lease;
  private final Settling settling;
  private final Consumer<Progress> progress;
  private final Map<String, Content> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private long left;
  private int kept;

  private ArchiveFiles(
      Path directory,
      LayerStore layers,
      LayerStore.Lease lease,
      Consumer<Progress> progress,
      long most) {
    this.directory = directory;
    this.layers = layers;
    this.lease = lease;
    this.settling = new Settling(layers, lease);
    this.progress = progress;
    this.left = most;
  }

  /**
   * Reads the whole archive, compressed or not. Layers are held by {@code lease}.
   *
   * @param most bytes of all its files together, uncompressed
   */
  static ArchiveFiles read(
      InputStream archive,
      Path incoming,
      LayerStore layers,
      LayerStore.Lease lease,
      Consumer<Progress> progress,
      long most)
      throws IOException {
    var directory = Files.createTempDirectory(Files.createDirectories(incoming), "load");
    var files = new ArchiveFiles(directory, layers, lease, progress, most);
    try {
      files.fill(archive);
      return files;
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void fill(InputStream archive) throws IOException {
    var tar = new TarReader(new BufferedInputStream(Compression.unpack(archive), 1 << 17));
    var entries = 0;
    for (var entry = tar.next(); entry != null; entry = tar.next()) {
      if (++entries > MOST_ENTRIES) {
        throw new TarException("archive has more than %d entries".formatted(MOST_ENTRIES));
      }
      add(EntryPath.of(entry.name(), DEEPEST).path(), entry, tar);
    }
    tar.drain();
    settling.finish();
  }

  private void add(String name, TarEntry entry, TarReader tar) throws IOException {
    switch (entry.type()) {
      case FILE -> files.put(name, content(name, entry.size(), tar));
      case SYMLINK -> {
        var base = name.contains("/") ? name.substring(0, name.lastIndexOf('/') + 1) : "";
        links.put(name, EntryPath.of(base + entry.linkName(), DEEPEST).path());
      }
      case HARD_LINK -> links.put(name, EntryPath.of(entry.linkName(), DEEPEST).path());
      case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
        return;
      }
    }
  }

  private Content content(String name, long size, TarReader tar) throws IOException {
    var start = new byte[BLOCK];
    var length = 0;
    for (int got; length < BLOCK && (got = tar.read(start, length, BLOCK - length)) >= 0; ) {
      length += got;
    }
    var whole = new PushbackInputStream(new EntryStream(tar, told(name, size)), BLOCK);
    whole.unread(start, 0, length);
    if (!LayerStart.of(start, length)) {
      var file = directory.resolve(Integer.toString(kept++)); // names may come twice
      try (var out = Files.newOutputStream(file)) {
        left -= Bounded.copy(whole, out, left, "archive");
      }
      return new Content.File(file);
    }
    var present = present(name);
    return present.isPresent() ? new Content.Unpacked(present.get()) : unpack(whole);
  }

  /** In a layout of blobs the name of an unpacked layer is its digest. */
  private Optional<Digest> present(String name) {
    var hex = name.substring(name.lastIndexOf('/') + 1);
    return name.startsWith("blobs/sha256/") && Digest.isDigest("sha256:" + hex)
        ? layers.find(new Digest(hex), lease).map(Layer::diffId)
        : Optional.empty();
  }

  private Content unpack(InputStream in) throws IOException {
    try {
      var layer = layers.unpack(in, left);
      settling.add(layer);
      left -= layer.tarSize();
      return new Content.Unpacked(layer.diffId());
    } catch (BadImage | TarException e) {
      return new Content.Broken(e);
    }
  }

  private static final class EntryStream extends InputStream {
    private static final long STEP = 1 << 20;
    private final TarReader tar;
    private final LongConsumer told;
    private long read;

    EntryStream(TarReader tar, LongConsumer told) {
      this.tar = tar;
      this.told = told;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      var got = tar.read(buffer, offset, length);
      if (got > 0 && read / STEP != (read + got) / STEP) {
        told.accept(read + got);
      }
      read += Math.max(0, got);
      return got;
    }
  }

  /** Layers are told by what the archive calls them: their digest, or a directory's name. */
  private LongConsumer told(String name, long size) {
    var bare = name.endsWith("/layer.tar") ? name.substring(0, name.length() - 10) : name;
    var id = bare.substring(bare.lastIndexOf('/') + 1);
    var shown = ByteStrings.toText(id.substring(0, Math.min(12, id.length())));
    return current -> progress.accept(new Progress(shown, "Loading layer", current, size));
  }

  /** The file of that name, through links inside the archive. Empty: there is none. */
  Optional<Content> find(String text) throws IOException {
    var name = EntryPath.of(ByteStrings.fromText(text), DEEPEST).path();
    for (var i = 0; i < LONGEST_CHAIN && links.containsKey(name); i++) {
      name = links.getOrDefault(name, name);
    }
    return Optional.ofNullable(files.get(name));
  }

  /** A small file, whole. */
  byte[] bytes(String name) throws IOException {
    return switch (find(name).orElseThrow(() -> missing(name))) {
      case Content.File(var path) -> {
        if (Files.size(path) > ConfigReader.MOST_BYTES) {
          throw new BadImage("%s is larger than %d bytes".formatted(name, ConfigReader.MOST_BYTES));
        }
        yield Files.readAllBytes(path);
      }
      case Content.Unpacked _, Content.Broken _ ->
          throw new BadImage("invalid archive: %s is a layer where text must be".formatted(name));
    };
  }

  /**
   * Has the layer in the store, or says why not. One that is here already may be empty or missing
   * in the archive.
   */
  Layer layer(String name, Digest diffId) throws IOException {
    var here = layers.find(diffId, lease);
    if (here.isPresent()) {
      return here.get();
    }
    return switch (find(name).orElseThrow(() -> missing(name))) {
      case Content.File(var path) -> layers.ingest(() -> Files.newInputStream(path), diffId, lease);
      case Content.Unpacked(var found) ->
          throw new BadImage("cannot unpack layer %s: digest is %s".formatted(diffId, found));
      case Content.Broken(var failure) -> throw failure;
    };
  }

  /** Which layer that file is. */
  Digest diffId(String name) throws IOException {
    return switch (find(name).orElseThrow(() -> missing(name))) {
      case Content.File _ -> throw new BadImage("invalid archive: %s is no layer".formatted(name));
      case Content.Unpacked(var found) -> found;
      case Content.Broken(var failure) -> throw failure;
    };
  }

  private static BadImage missing(String name) {
    return new BadImage("archive has no file " + name);
  }

  @Override
  public void close() throws IOException {
    settling.close();
    Tree.delete(directory);
  }
}
