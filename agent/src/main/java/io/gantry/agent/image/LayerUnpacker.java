package io.gantry.agent.image;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.host.kernel.tree.TreeRemoval;
import io.gantry.agent.tar.TarEntry;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a layer's tar into a directory as overlayfs wants to find it: owners, modes, times,
 * extended attributes, hard links, devices and holes kept, whiteouts turned into the kernel's own
 * (OCI image-spec, layer.md; the kernel's overlayfs.rst, "whiteouts and opaque directories"). Every
 * path is resolved by the kernel beneath that directory.
 *
 * <p>One use, one thread. A failure leaves a half-written directory, which its owner throws away.
 */
final class LayerUnpacker {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final String AUFS = ".wh..wh.";
  private static final String OVERLAY_ATTRIBUTES = "trusted.overlay.";
  private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);
  private static final int EPERM = 1;

  private record DirectoryTime(LayerPath path, long seconds, int nanos) {}

  private final Tree tree;
  private final TarReader tar;
  private final LayerLimits limits;
  private final List<DirectoryTime> directoryTimes = new ArrayList<>();
  private final byte[] buffer = new byte[1 << 17];
  private LayerPath openPath = LayerPath.ROOT;
  private Directory open;
  private boolean replaced;
  private long entries;
  private long size;

  LayerUnpacker(Tree tree, TarReader tar, LayerLimits limits) {
    this.tree = tree;
    this.tar = tar;
    this.limits = limits;
    this.open = tree.root();
  }

  /** Returns the bytes of all files, as Docker counts a layer's size. */
  long unpack() throws IOException {
    try {
      for (var entry = tar.next(); entry != null; entry = tar.next()) {
        if (++entries > limits.entries()) {
          throw new TarException("layer has more than %d entries".formatted(limits.entries()));
        }
        unpack(entry);
      }
      // Last, because every entry made in a directory changed its time.
      for (var directory : directoryTimes.reversed()) {
        setDirectoryTime(directory);
      }
    } finally {
      open.close();
    }
    tar.drain();
    return size;
  }

  private void unpack(TarEntry entry) throws IOException {
    var path = LayerPath.of(entry.name(), limits.depth());
    var name = path.name();
    if (name.equals(OPAQUE)) {
      tree.setAttribute(parent(path), ".", OVERLAY_ATTRIBUTES + "opaque", YES);
    } else if (name.startsWith(AUFS)) {
      return;
    } else if (name.startsWith(WHITEOUT)) {
      whiteout(parent(path), name.substring(WHITEOUT.length()));
    } else {
      create(entry, path);
    }
  }

  // A whiteout hides what lower layers have, never what this layer holds (OCI image-spec,
  // layer.md).
  private void whiteout(Directory parent, String hidden) throws IOException {
    if (hidden.isEmpty()) {
      throw new TarException("invalid tar entry .wh.: it hides nothing");
    }
    if (tree.status(parent, hidden) == null) {
      tree.makeNode(parent, hidden, FileStatus.CHARACTER, 0);
    }
  }

  private void create(TarEntry entry, LayerPath path) throws IOException {
    var parent = parent(path);
    var name = path.name();
    switch (entry.type()) {
      case DIRECTORY -> {
        makeDirectory(parent, path);
        directoryTimes.add(new DirectoryTime(path, entry.mtimeSeconds(), entry.mtimeNanos()));
      }
      case FILE -> {
        clear(parent, path);
        writeFile(parent, name, entry);
      }
      case SYMLINK -> {
        clear(parent, path);
        tree.makeSymlink(parent, name, entry.linkName());
      }
      case HARD_LINK -> {
        hardLink(entry, path);
        return;
      }
      case CHARACTER_DEVICE -> makeNode(parent, path, entry, FileStatus.CHARACTER);
      case BLOCK_DEVICE -> makeNode(parent, path, entry, FileStatus.BLOCK);
      case FIFO -> makeNode(parent, path, entry, FileStatus.FIFO);
    }
    setMetadata(parent, name, entry);
  }

  private void makeDirectory(Directory parent, LayerPath path) throws IOException {
    if (path.isRoot()) {
      return;
    }
    var existing = tree.status(parent, path.name());
    if (existing != null && existing.isDirectory()) {
      return;
    }
    clear(parent, path);
    tree.makeDirectory(parent, path.name(), 0755);
    if (existing != null && isWhiteout(existing)) {
      // Hidden first and made anew: what lower layers have below must stay hidden.
      tree.setAttribute(parent, path.name(), OVERLAY_ATTRIBUTES + "opaque", YES);
    }
  }

  private static boolean isWhiteout(FileStatus status) {
    return status.type() == FileStatus.CHARACTER && status.special() == 0;
  }

  private void writeFile(Directory parent, String name, TarEntry entry) throws IOException {
    try (var file = tree.createFile(parent, name, 0600)) {
      for (var segment : entry.segments()) {
        if (segment.offset() > 0) {
          file.seek(segment.offset());
        }
        for (long left = segment.length(); left > 0; ) {
          var got = tar.read(buffer, 0, (int) Math.min(left, buffer.length));
          file.write(buffer, 0, got);
          left -= got;
        }
      }
      if (entry.storedSize() != entry.size()) {
        file.truncate(entry.size());
      }
    }
    size += entry.size();
  }

  private void hardLink(TarEntry entry, LayerPath path) throws IOException {
    var target = LayerPath.of(entry.linkName(), limits.depth());
    try (var from = tree.directory(target.parent().path())) {
      var linked = target.isRoot() ? null : tree.status(from, target.name());
      if (linked == null || linked.isDirectory()) {
        throw new TarException(
            "invalid tar entry %s: no file %s to link to in this layer".formatted(path, target));
      }
      var parent = parent(path);
      var existing = tree.status(parent, path.name());
      if (existing != null && existing.inode() == linked.inode()) {
        return;
      }
      clear(parent, path);
      tree.makeHardLink(from, target.name(), parent, path.name());
    }
  }

  private void makeNode(Directory parent, LayerPath path, TarEntry entry, int type)
      throws IOException {
    clear(parent, path);
    tree.makeNode(
        parent,
        path.name(),
        type | entry.mode(),
        FileStatus.device(entry.deviceMajor(), entry.deviceMinor()));
  }

  // Owner first: the kernel clears setuid bits and capabilities when it changes.
  private void setMetadata(Directory parent, String name, TarEntry entry) throws IOException {
    tree.setOwner(parent, name, id(entry.uid(), "uid"), id(entry.gid(), "gid"));
    if (entry.type() != TarEntry.Type.SYMLINK) {
      tree.setMode(parent, name, entry.mode());
    }
    for (var attribute : entry.attributes().entrySet()) {
      setAttribute(parent, name, attribute.getKey(), attribute.getValue());
    }
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      tree.setTime(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }
  }

  private void setAttribute(Directory parent, String name, String attribute, String value)
      throws IOException {
    if (attribute.startsWith(OVERLAY_ATTRIBUTES)) {
      // These steer the kernel's overlay (redirects, for one); only whiteouts may make them.
      return;
    }
    try {
      tree.setAttribute(parent, name, attribute, value.getBytes(StandardCharsets.ISO_8859_1));
    } catch (TreeException e) {
      if (e.errno() != TreeException.EOPNOTSUPP && e.errno() != EPERM) {
        throw e;
      }
    }
  }

  private static int id(long value, String what) throws TarException {
    if (value < 0 || value >= 0xffff_ffffL) {
      throw new TarException("invalid tar header: %s %d".formatted(what, value));
    }
    return (int) value;
  }

  /** Makes room for a new entry. */
  private void clear(Directory parent, LayerPath path) throws IOException {
    if (path.isRoot()) {
      throw new TarException("invalid tar entry: the root is no directory");
    }
    if (tree.status(parent, path.name()) != null) {
      TreeRemoval.remove(tree, parent, path.name());
      // A directory, or a link on the way to one, may be another from now on.
      replaced = true;
    }
  }

  /**
   * The directory an entry goes to, made when the tar did not bring it. Entries mostly follow their
   * siblings.
   */
  private Directory parent(LayerPath path) throws IOException {
    var wanted = path.parent();
    if (!wanted.equals(openPath) || replaced) {
      replaced = false;
      open.close();
      open = tree.root();
      openPath = LayerPath.ROOT;
      open = make(wanted);
      openPath = wanted;
    }
    return open;
  }

  private Directory make(LayerPath path) throws IOException {
    var found = find(path);
    if (found != null) {
      return found;
    }
    try (var above = make(path.parent())) {
      tree.makeDirectory(above, path.name(), 0755);
    }
    return tree.directory(path.path());
  }

  private @Nullable Directory find(LayerPath path) throws IOException {
    try {
      return tree.directory(path.path());
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private void setDirectoryTime(DirectoryTime time) throws IOException {
    var directory = find(time.path());
    if (directory != null) {
      try (directory) {
        tree.setTime(directory, ".", time.seconds(), time.nanos());
      }
    }
  }
}
