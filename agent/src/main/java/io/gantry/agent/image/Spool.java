package io.gantry.agent.image;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.tar.TarEntry;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files of an image archive, on the disk: its entries may come in any order, and what says how they belong together
 * comes last. Files are called by numbers here, so that no name from the archive ever reaches a file system. Closing
 * deletes them all.
 */
final class Spool implements Closeable {
  private static final int MOST_ENTRIES = 100_000;
  private static final int DEEPEST = 64;
  private static final int LONGEST_CHAIN = 8;

  private final Path directory;
  private final Map<String, Path> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private Spool(Path directory) {
    this.directory = directory;
  }

  /** Reads the whole archive, compressed or not. */
  static Spool read(InputStream archive, Path incoming, long most) throws IOException {
    var spool = new Spool(Files.createTempDirectory(Files.createDirectories(incoming), "load"));
    try {
      spool.fill(archive, most);
      return spool;
    } catch (IOException | RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private void fill(InputStream archive, long most) throws IOException {
    var tar = new TarReader(new BufferedInputStream(Compression.unpack(archive), 1 << 17));
    long left = most;
    var entries = 0;
    for (var entry = tar.next(); entry != null; entry = tar.next()) {
      if (++entries > MOST_ENTRIES) {
        throw new TarException("archive has more than %d entries".formatted(MOST_ENTRIES));
      }
      var name = LayerPath.of(entry.name(), DEEPEST).path();
      left -= add(name, entry, tar, left);
    }
    tar.drain();
  }

  private long add(String name, TarEntry entry, TarReader tar, long left) throws IOException {
    return switch (entry.type()) {
      case FILE -> {
        var file = directory.resolve(Integer.toString(files.size()));
        files.put(name, file);
        try (var out = Files.newOutputStream(file)) {
          yield Bounded.copy(reading(tar), out, left, "archive");
        }
      }
      case SYMLINK -> {
        var base = name.contains("/") ? name.substring(0, name.lastIndexOf('/') + 1) : "";
        links.put(name, LayerPath.of(base + entry.linkName(), DEEPEST).path());
        yield 0;
      }
      case HARD_LINK -> {
        links.put(name, LayerPath.of(entry.linkName(), DEEPEST).path());
        yield 0;
      }
      case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> 0;
    };
  }

  private static InputStream reading(TarReader tar) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return tar.read(buffer, offset, length);
      }
    };
  }

  /** The file of that name, through links inside the archive. Empty: there is none. */
  Optional<Path> find(String text) throws IOException {
    var name = LayerPath.of(ByteStrings.fromText(text), DEEPEST).path();
    for (var i = 0; i < LONGEST_CHAIN && links.containsKey(name); i++) {
      name = links.get(name);
    }
    return Optional.ofNullable(files.get(name));
  }

  /** A small file, whole. */
  byte[] bytes(String name) throws IOException {
    var file = find(name).orElseThrow(() -> new BadImage("archive has no file " + name));
    if (Files.size(file) > ConfigReader.MOST_BYTES) {
      throw new BadImage("%s is larger than %d bytes".formatted(name, ConfigReader.MOST_BYTES));
    }
    return Files.readAllBytes(file);
  }

  InputStream open(String name) throws IOException {
    return Files.newInputStream(
        find(name).orElseThrow(() -> new BadImage("archive has no file " + name)));
  }

  @Override
  public void close() throws IOException {
    Tree.delete(directory);
  }
}
