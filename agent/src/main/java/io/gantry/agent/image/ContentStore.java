package io.gantry.agent.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Blobs by digest: configurations, manifests. A blob appears whole or not at all and never changes.
 * Methods block and may be repeated; two writers of one blob do not disturb each other.
 */
public final class ContentStore {
  private static final int TURNS = 16;

  private final Object[] turns = Stream.generate(Object::new).limit(TURNS).toArray();
  private final Path blobs;
  private final Path incoming;

  private ContentStore(Path blobs, Path incoming) {
    this.blobs = blobs;
    this.incoming = incoming;
  }

  /** Sweeps what a crash left half-written. */
  public static ContentStore open(Path directory) throws IOException {
    var incoming = Files.createDirectories(directory.resolve("incoming"));
    try (Stream<Path> left = Files.list(incoming)) {
      for (var file : left.toList()) {
        Files.delete(file);
      }
    }
    return new ContentStore(Files.createDirectories(directory.resolve("sha256")), incoming);
  }

  /** Safe from {@link #removeAllBut} only while something that it asks names the blob. */
  public Digest put(byte[] bytes) throws IOException {
    var digest = Digest.of(bytes);
    synchronized (turn(digest)) {
      if (!has(digest)) {
        var file = Files.createTempFile(incoming, "blob", "");
        try {
          Files.write(file, bytes);
          publish(file, digest);
        } finally {
          Files.deleteIfExists(file);
        }
      }
    }
    return digest;
  }

  private Object turn(Digest digest) {
    return turns[Math.floorMod(digest.hashCode(), TURNS)];
  }

  private void publish(Path file, Digest digest) throws IOException {
    sync(file);
    Files.move(file, path(digest), StandardCopyOption.ATOMIC_MOVE);
    sync(blobs);
  }

  public boolean has(Digest digest) {
    return Files.exists(path(digest));
  }

  /** The blob, checked against its digest. Empty: there is none. */
  public Optional<byte[]> read(Digest digest) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path(digest));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    var found = Digest.of(bytes);
    if (!found.equals(digest)) {
      throw new IOException("blob %s is damaged: its digest is %s".formatted(digest, found));
    }
    return Optional.of(bytes);
  }

  public void remove(Digest digest) throws IOException {
    Files.deleteIfExists(path(digest));
  }

  /** {@code needed} is asked when nobody can put the blob meanwhile. */
  void removeAllBut(Predicate<Digest> needed) throws IOException {
    try (Stream<Path> files = Files.list(blobs)) {
      for (var file : files.toList()) {
        var digest = Digest.ofName(file.getFileName().toString());
        if (digest.isEmpty()) {
          continue; // not ours to judge
        }
        synchronized (turn(digest.get())) {
          if (!needed.test(digest.get())) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  private Path path(Digest digest) {
    return blobs.resolve(digest.hex());
  }

  static void sync(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
