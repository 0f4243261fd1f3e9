package io.gantry.agent.image.transfer;

import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Content that has come from registries and belongs to no image yet: whole blobs and beginnings of
 * blobs, by digest. What broke off stays for the next attempt; what nobody comes back for goes
 * after a while, and the oldest earlier when there is too much.
 */
public final class Arrivals {
  private static final String BEGINNING = ".part";
  private static final String DRAFT = ".new";

  private final Path home;
  private final Duration longest;
  private final long most;
  private final Set<Digest> wanted = new HashSet<>();

  private Arrivals(Path home, Duration longest, long most) {
    this.home = home;
    this.longest = longest;
    this.most = most;
  }

  /**
   * Sweeps what a crash left half-written.
   *
   * @param longest that anything stays which nobody wants
   * @param most bytes of all that nobody wants
   */
  static Arrivals open(Path directory, Duration longest, long most) throws IOException {
    try (Stream<Path> files = Files.list(Files.createDirectories(directory))) {
      for (var file : files.toList()) {
        if (file.getFileName().toString().endsWith(DRAFT)) {
          Files.delete(file);
        }
      }
    }
    return new Arrivals(directory, longest, most);
  }

  /** Keeps {@link #sweep} from a blob until {@link #release}. */
  synchronized void want(Digest digest) {
    wanted.add(digest);
  }

  synchronized void release(Digest digest) {
    wanted.remove(digest);
  }

  Path file(Digest digest) {
    return home.resolve(digest.hex());
  }

  Optional<Path> find(Digest digest) {
    var file = file(digest);
    return Files.exists(file) ? Optional.of(file) : Optional.empty();
  }

  /** A small blob, checked. Empty: it is not here. */
  Optional<byte[]> read(Digest digest) throws IOException {
    try {
      var bytes = Files.readAllBytes(file(digest));
      return Digest.of(bytes).equals(digest) ? Optional.of(bytes) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void put(Digest digest, byte[] bytes) throws IOException {
    var draft = Files.createTempFile(home, digest.hex(), DRAFT);
    Files.write(draft, bytes);
    Files.move(draft, file(digest), StandardCopyOption.ATOMIC_MOVE);
  }

  /** A file whose digest is not known yet. Whoever asked for it deletes it. */
  Path draft() throws IOException {
    return Files.createTempFile(home, "draft-", DRAFT);
  }

  /** The beginning of a blob, to be read and added to. One thread a blob. */
  FileChannel beginning(Digest digest) throws IOException {
    return FileChannel.open(
        part(digest), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private Path part(Digest digest) {
    return home.resolve(digest.hex() + BEGINNING);
  }

  /** The beginning is all of it, and its digest is right. */
  Path complete(Digest digest) throws IOException {
    return Files.move(part(digest), file(digest), StandardCopyOption.ATOMIC_MOVE);
  }

  void discardBeginning(Digest digest) throws IOException {
    Files.deleteIfExists(part(digest));
  }

  /** It has its place elsewhere now, or is of no use. */
  void discard(Digest digest) throws IOException {
    Files.deleteIfExists(file(digest));
  }

  private record Left(Path file, Instant at, long size) {}

  /** Removes what is too old or too much. Returns the bytes freed. */
  public synchronized long sweep(Instant now) throws IOException {
    var left = new ArrayList<Left>();
    try (Stream<Path> files = Files.list(home)) {
      for (var file : files.toList()) {
        if (!isWanted(file)) {
          try {
            left.add(new Left(file, Files.getLastModifiedTime(file).toInstant(), Files.size(file)));
          } catch (NoSuchFileException e) {
            continue;
          }
        }
      }
    }
    return remove(left, now);
  }

  private boolean isWanted(Path file) {
    var name = file.getFileName().toString();
    return Digest.isDigest("sha256:" + name.substring(0, Math.min(64, name.length())))
        && wanted.contains(new Digest(name.substring(0, 64)));
  }

  private long remove(List<Left> left, Instant now) throws IOException {
    left.sort(Comparator.comparing(Left::at).reversed());
    long kept = 0;
    long freed = 0;
    for (var one : left) {
      if (one.at().plus(longest).isBefore(now) || kept + one.size() > most) {
        Files.deleteIfExists(one.file());
        freed += one.size();
      } else {
        kept += one.size();
      }
    }
    return freed;
  }
}
