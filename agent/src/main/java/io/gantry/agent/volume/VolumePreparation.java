package io.gantry.agent.volume;

import io.gantry.agent.container.MountedRoot;
import io.gantry.agent.host.kernel.Blocking;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.protocol.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What happens to a volume's directory around a container's run. Methods block; containers of one
 * volume take turns.
 */
final class VolumePreparation {
  private final VolumeTable table;
  private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

  VolumePreparation(VolumeTable table) {
    this.table = table;
  }

  /** There already: nothing happens. */
  void makeDirectory(String name) throws IOException {
    Files.createDirectories(table.data(name));
  }

  /**
   * @param destination path in the container whose content a fresh volume takes over when {@code
   *     copy}
   * @param root the container's mounted root
   * @param subpath of the volume; empty: all of it
   */
  Path prepare(Volume volume, String destination, MountedRoot root, boolean copy, String subpath)
      throws IOException {
    var name = volume.getSpec().getName();
    var turn = turns.computeIfAbsent(name, _ -> new ReentrantLock());
    turn.lock();
    try {
      var data = table.data(name);
      makeDirectory(name);
      var options = DriverOptions.of(volume.getSpec().getDriverOptionsMap());
      if (options.isPresent()) {
        VolumeMount.ensure(options.get(), data);
      }
      if (copy) {
        Blocking.runLong(() -> copyUp(name, destination, root));
      }
      return subpath.isEmpty() ? data : Blocking.run(() -> below(name, data, subpath));
    } finally {
      turn.unlock();
    }
  }

  /** The volume is gone. */
  void forget(String name) {
    turns.remove(name);
  }

  /** The last container that named it is gone. */
  void release(Volume volume) throws IOException {
    if (volume.getSpec().getDriverOptionsCount() > 0) {
      VolumeMount.release(table.data(volume.getSpec().getName()));
    }
  }

  // The mark stands while the copy is incomplete. Found again, the agent died in between and the
  // copy is finished.
  private boolean copyUp(String name, String destination, MountedRoot root) throws IOException {
    var mark = table.directory(name).resolve("copying");
    var data = table.data(name);
    try (var to = Tree.open(data)) {
      if (!to.list(to.root()).isEmpty() && !Files.exists(mark)) {
        return false;
      }
      try (var from = root.open()) {
        var source = ByteStrings.fromText(destination);
        if (!isDirectory(from, source)) {
          return false;
        }
        if (!Files.exists(mark)) {
          Files.createFile(mark);
        }
        new ContentCopy(from, to).copy(source);
      }
      to.sync();
    }
    return Files.deleteIfExists(mark);
  }

  private static boolean isDirectory(Tree tree, String path) throws IOException {
    try (var _ = tree.directory(path)) {
      return true;
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOENT || e.errno() == TreeException.ENOTDIR) {
        return false;
      }
      throw e;
    }
  }

  private static Path below(String name, Path data, String subpath) throws IOException {
    try (var tree = Tree.open(data);
        var directory = tree.directory(ByteStrings.fromText(subpath))) {
      return tree.path(directory);
    } catch (TreeException e) {
      throw new IOException(
          "cannot access path %s of volume %s: %s".formatted(subpath, name, e.getMessage()), e);
    }
  }

  /** Bytes of all files, each counted once. */
  long size(String name) throws IOException {
    makeDirectory(name);
    return Blocking.runLong(
        () -> {
          try (var tree = Tree.open(table.data(name))) {
            return size(tree, tree.root(), new HashSet<>());
          }
        });
  }

  private static long size(Tree tree, Directory directory, Set<Long> seen) throws IOException {
    long total = 0;
    for (var name : tree.list(directory)) {
      var status = tree.status(directory, name);
      if (status == null
          || (status.links() > 1 && !status.isDirectory() && !seen.add(status.inode()))) {
        continue;
      }
      total += status.size();
      if (status.type() == FileStatus.DIRECTORY) {
        try (var below = tree.openDirectory(directory, name)) {
          total += size(tree, below, seen);
        } catch (TreeException e) {
          if (e.errno() != TreeException.ENOENT) {
            throw e;
          }
        }
      }
    }
    return total;
  }
}
