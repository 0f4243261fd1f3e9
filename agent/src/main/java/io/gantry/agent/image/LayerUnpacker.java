package io.gantry.agent.image;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.host.kernel.tree.TreeRemoval;
import io.gantry.agent.tar.DirectoryTimes;
import io.gantry.agent.tar.EntryFiles;
import io.gantry.agent.tar.EntryPath;
import io.gantry.agent.tar.TarEntry;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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

  private final Tree tree;
  private final TarReader tar;
  private final LayerLimits limits;
  private final DirectoryTimes directoryTimes = new DirectoryTimes();
  private final EntryFiles files;
  private EntryPath openPath = EntryPath.ROOT;
  private Directory open;
  private boolean replaced;
  private long entries;
  private long size;

  LayerUnpacker(Tree tree, TarReader tar, LayerLimits limits) {
    this.tree = tree;
    this.tar = tar;
    this.limits = limits;
    this.files = new EntryFiles(tree, tar, Optional.empty());
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
      directoryTimes.set(this::setDirectoryTime);
    } finally {
      open.close();
    }
    tar.drain();
    return size;
  }

  private void unpack(TarEntry entry) throws IOException {
    var path = EntryPath.of(entry.name(), limits.depth());
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

  private void create(TarEntry entry, EntryPath path) throws IOException {
    EntryFiles.check(entry);
    var parent = parent(path);
    var name = path.name();
    switch (entry.type()) {
      case DIRECTORY -> {
        makeDirectory(parent, path);
        directoryTimes.add(path.path(), entry.mtimeSeconds(), entry.mtimeNanos());
        if (directoryTimes.isFull()) {
          directoryTimes.set(this::setDirectoryTime);
        }
      }
      case FILE -> {
        clear(parent, path);
        files.file(parent, name, entry);
        size += entry.size();
      }
      case SYMLINK -> {
        clear(parent, path);
        tree.makeSymlink(parent, name, entry.linkName());
        size += entry.linkName().length();
      }
      case HARD_LINK -> {
        hardLink(entry, path);
        return;
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
        clear(parent, path);
        files.node(parent, name, entry);
      }
    }
    files.metadata(parent, name, entry);
  }

  private void makeDirectory(Directory parent, EntryPath path) throws IOException {
    if (path.isRoot()) {
      return;
    }
    var existing = tree.status(parent, path.name());
    if (existing != null && existing.isDirectory()) {
      return;
    }
    clear(parent, path);
    tree.makeDirectory(parent, path.name(), 0755);
    if (existing != null && existing.isWhiteout()) {
      // Hidden first and made anew: what lower layers have below must stay hidden.
      tree.setAttribute(parent, path.name(), OVERLAY_ATTRIBUTES + "opaque", YES);
    }
  }

  private void hardLink(TarEntry entry, EntryPath path) throws IOException {
    var target = EntryPath.of(entry.linkName(), limits.depth());
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

  /** Makes room for a new entry. */
  private void clear(Directory parent, EntryPath path) throws IOException {
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
  private Directory parent(EntryPath path) throws IOException {
    var wanted = path.parent();
    if (!wanted.equals(openPath) || replaced) {
      replaced = false;
      open.close();
      open = tree.root();
      openPath = EntryPath.ROOT;
      open = make(wanted);
      openPath = wanted;
    }
    return open;
  }

  private Directory make(EntryPath path) throws IOException {
    var found = find(path);
    if (found != null) {
      return found;
    }
    try (var above = make(path.parent())) {
      tree.makeDirectory(above, path.name(), 0755);
    }
    return tree.directory(path.path());
  }

  private @Nullable Directory find(EntryPath path) throws IOException {
    try {
      return tree.directory(path.path());
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private void setDirectoryTime(String path, long seconds, int nanos) throws IOException {
    var directory = find(new EntryPath(path));
    if (directory != null) {
      try (directory) {
        tree.setTime(directory, ".", seconds, nanos);
      }
    }
  }
}
