package io.gantry.agent.volume;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.OpenFile;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.host.kernel.tree.TreeRemoval;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies a directory of an image into a fresh volume: owners, modes, times, extended attributes,
 * hard links, devices and holes as far as whole files allow. Both sides are resolved beneath their
 * own directory. What is complete already (same size and time, which is set last) is left alone, so
 * that a copy a crash cut short is simply done again.
 *
 * <p>One use, one platform thread.
 */
final class ContentCopy {
  private record Place(String directory, String name) {}

  private record Inode(long device, long number) {}

  private final Tree from;
  private final Tree to;
  private final Map<Inode, Place> linked = new HashMap<>();
  private final byte[] buffer = new byte[1 << 17];

  ContentCopy(Tree from, Tree to) {
    this.from = from;
    this.to = to;
  }

  /** Copies what is in {@code source}, a path in the first tree, to the root of the second. */
  void copy(String source) throws IOException {
    try (var directory = from.directory(source)) {
      copyDirectory(directory, to.root(), "");
      copyMetadata(directory, ".", to.root(), ".", require(from.status(directory, "."), source));
    }
  }

  private void copyDirectory(Directory source, Directory target, String path) throws IOException {
    for (var name : from.list(source)) {
      var status = require(from.status(source, name), name);
      copyEntry(source, target, path, name, status);
    }
  }

  private void copyEntry(
      Directory source, Directory target, String path, String name, FileStatus status)
      throws IOException {
    var present = to.status(target, name);
    if (present != null && isComplete(status, present)) {
      return;
    }
    if (present != null && !(present.isDirectory() && status.isDirectory())) {
      TreeRemoval.remove(to, target, name);
    }
    var inode = new Inode(status.device(), status.inode());
    if (status.links() > 1 && !status.isDirectory()) {
      var first = linked.putIfAbsent(inode, new Place(path, name));
      if (first != null) {
        try (var directory = to.directory(first.directory())) {
          to.makeHardLink(directory, first.name(), target, name);
        }
        return;
      }
    }
    switch (status.type()) {
      case FileStatus.DIRECTORY -> {
        if (present == null || !present.isDirectory()) {
          to.makeDirectory(target, name, 0700);
        }
        try (var below = from.openDirectory(source, name);
            var made = to.openDirectory(target, name)) {
          copyDirectory(below, made, path.isEmpty() ? name : path + "/" + name);
        }
      }
      case FileStatus.REGULAR -> {
        try (var in = from.openFile(source, name);
            var out = to.createFile(target, name, 0600)) {
          copyBytes(in, out);
        }
      }
      case FileStatus.SYMLINK -> to.makeSymlink(target, name, from.readSymlink(source, name));
      case FileStatus.CHARACTER, FileStatus.BLOCK, FileStatus.FIFO ->
          to.makeNode(target, name, status.mode(), status.special());
      default -> {
        // A socket is nothing without the process that listens on it.
        return;
      }
    }
    copyMetadata(source, name, target, name, status);
  }

  private static boolean isComplete(FileStatus wanted, FileStatus present) {
    return wanted.type() == FileStatus.REGULAR
        && present.type() == FileStatus.REGULAR
        && wanted.size() == present.size()
        && wanted.mtimeSeconds() == present.mtimeSeconds()
        && wanted.mtimeNanos() == present.mtimeNanos();
  }

  private void copyBytes(OpenFile in, OpenFile out) throws IOException {
    for (int got; (got = in.read(buffer, 0, buffer.length)) >= 0; ) {
      out.write(buffer, 0, got);
    }
  }

  // Owner before mode and attributes: the kernel clears setuid and capabilities when it changes.
  private void copyMetadata(
      Directory source, String name, Directory target, String newName, FileStatus status)
      throws IOException {
    to.setOwner(target, newName, status.uid(), status.gid());
    if (status.type() != FileStatus.SYMLINK) {
      to.setMode(target, newName, status.permissions());
    }
    for (var attribute : from.attributes(source, name)) {
      if (!attribute.startsWith("trusted.overlay.")) {
        copyAttribute(source, name, target, newName, attribute);
      }
    }
    to.setTime(target, newName, status.mtimeSeconds(), status.mtimeNanos());
  }

  private void copyAttribute(
      Directory source, String name, Directory target, String newName, String attribute)
      throws IOException {
    try {
      to.setAttribute(target, newName, attribute, from.attribute(source, name, attribute));
    } catch (TreeException e) {
      if (e.errno() != TreeException.EOPNOTSUPP) {
        throw e;
      }
    }
  }

  private static FileStatus require(@Nullable FileStatus status, String name) throws IOException {
    if (status == null) {
      throw new IOException("cannot copy %s: it went away meanwhile".formatted(name));
    }
    return status;
  }
}
