package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory mounted over itself, so that all mounts below it can be left out of a copy of the
 * host's mounts by one system call. What is mounted below it is private to the host's namespace.
 * Outlives the agent that made it if something is mounted below it then; the next one takes it up.
 */
public final class OwnMountPoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnMountPoint.class);

  private final Path directory;
  private final int depth;
  private final Path parent;

  private OwnMountPoint(Path directory, int depth, Path parent) {
    this.directory = directory;
    this.depth = depth;
    this.parent = parent;
  }

  /**
   * Empty: something else is mounted on the directory, or was mounted below it before it could be
   * made one.
   *
   * @param directory by its real path; it exists
   * @param depth of what is mounted below it: 1 where that is in the directory itself
   */
  public static Optional<OwnMountPoint> of(Path directory, int depth) throws IOException {
    var mounts = MountTable.read();
    var above = Objects.requireNonNull(directory.getParent(), directory + " is in a directory");
    var parent =
        mounts.stream()
            .filter(mount -> above.startsWith(mount.point()))
            .max(Comparator.comparingInt(mount -> mount.point().length()))
            .orElseThrow(() -> new IOException("no file system holds " + directory));
    var own = new OwnMountPoint(directory, depth, Path.of(parent.point()));
    var there = mounts.stream().filter(mount -> directory.equals(Path.of(mount.point()))).toList();
    if (there.isEmpty()) {
      if (mounts.stream().anyMatch(mount -> Path.of(mount.point()).startsWith(directory))) {
        return Optional.empty();
      }
      Mounts.bind(directory, directory, false);
      Mounts.mount("none", directory, "none", Mounts.MS_PRIVATE, "");
      return Optional.of(own);
    }
    var itself = Path.of(parent.root()).resolve(own.parent.relativize(directory));
    return there.size() == 1
            && there.getFirst().source().equals(parent.source())
            && Path.of(there.getFirst().root()).equals(itself)
        ? Optional.of(own)
        : Optional.empty();
  }

  /** What of the crowd is seen by who sees a path. */
  public enum Sight {
    /** Nothing that is mounted below the directory. */
    NONE,
    /** One mount below it, which is this path. */
    ONE,
    /** More than one, or a part of one. */
    OTHER
  }

  /** {@code path} exists and is real. */
  public Sight sight(Path path) throws IOException {
    if (directory.startsWith(path)) {
      return Sight.OTHER;
    }
    if (!path.startsWith(directory)) {
      return Sight.NONE;
    }
    var below = path.getNameCount() - directory.getNameCount();
    if (Files.getAttribute(path, "unix:dev").equals(Files.getAttribute(directory, "unix:dev"))) {
      return below < depth && Files.isDirectory(path) ? Sight.OTHER : Sight.NONE;
    }
    return below == depth ? Sight.ONE : Sight.OTHER;
  }

  /**
   * To be called in a copy of the host's mounts, and changes only that: nothing is mounted below
   * the directory any more but on {@code kept}.
   */
  public void leaveOut(List<Path> kept) throws IOException {
    var copies = new ArrayList<Descriptor>();
    try {
      for (var path : kept) {
        copies.add(MountCopy.clone(path));
      }
      // Where the host shares its mounts, the host's own would go as well.
      Mounts.mount("none", parent, "none", Mounts.MS_PRIVATE, "");
      if (!Mounts.detach(directory)) {
        throw new IOException("nothing is mounted on " + directory + " any more");
      }
      for (var i = 0; i < copies.size(); i++) {
        MappedMounts.move(copies.get(i), kept.get(i));
      }
    } finally {
      copies.forEach(Descriptor::close);
    }
  }

  /** Takes it away, unless something is mounted below it. */
  @Override
  public void close() {
    try {
      if (MountTable.read().stream()
          .map(mount -> Path.of(mount.point()))
          .noneMatch(point -> point.startsWith(directory) && !point.equals(directory))) {
        Mounts.detach(directory);
      }
    } catch (IOException failed) {
      LOG.warn("{} stays mounted over itself: {}", directory, failed.getMessage());
    }
  }
}
