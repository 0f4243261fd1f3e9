package io.gantry.cluster.membership;

import io.gantry.protocol.v1.ClusterMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * What a host remembers of its cluster, in one file that is there whole or not at all, for root
 * only: it holds the authority's key and the token.
 */
final class MemoryFile {
  private final Path directory;
  private final Path file;

  /** {@code state}: the agent's state directory. */
  MemoryFile(Path state) {
    directory = state.resolve("cluster");
    file = directory.resolve("memory");
  }

  /** Empty: this host belongs to no cluster. */
  Optional<ClusterMemory> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ClusterMemory.parseFrom(Files.readAllBytes(file)));
    } catch (IOException damaged) {
      throw new IOException(
          "cannot read what this host knows of its cluster, %s: %s"
              .formatted(file, damaged.getMessage()),
          damaged);
    }
  }

  /** On disk when it returns. */
  void write(ClusterMemory memory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var next = directory.resolve("memory.new");
    Files.deleteIfExists(next);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(next, how, mode)) {
      var bytes = ByteBuffer.wrap(memory.toByteArray());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    sync();
  }

  /** Where the intents of services are kept, beside it. */
  Path intents() {
    return directory.resolve("intents");
  }

  void forget() throws IOException {
    Files.deleteIfExists(file);
    if (Files.isDirectory(intents())) {
      try (var shelves = Files.newDirectoryStream(intents())) {
        for (var shelf : shelves) {
          Files.delete(shelf);
        }
      }
      Files.delete(intents());
    }
    if (Files.isDirectory(directory)) {
      sync();
    }
  }

  private void sync() throws IOException {
    try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }
}
