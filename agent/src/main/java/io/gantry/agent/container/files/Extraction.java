package io.gantry.agent.container.files;

import io.gantry.agent.ContainerFiles.WriteOptions;
import io.gantry.agent.host.kernel.tree.ByteStrings;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a tar over the files of a container. Names are taken beneath the target directory; links
 * on the way are followed as the container would, by the kernel and inside its root. The container
 * may run and change its files meanwhile: then an entry goes where its name leads at that moment.
 *
 * <p>One use, one platform thread.
 */
final class Extraction {
  private static final int DEEPEST = 512;

  private final Tree tree;
  private final String target;
  private final TarReader tar;
  private final WriteOptions options;
  private final EntryFiles files;
  private final DirectoryTimes directoryTimes = new DirectoryTimes();

  /**
   * @param target of an existing directory, from the tree's root
   */
  Extraction(
      Tree tree,
      String target,
      TarReader tar,
      WriteOptions options,
      Optional<EntryFiles.Owner> owner) {
    this.tree = tree;
    this.target = target.endsWith("/") ? target : target + "/";
    this.tar = tar;
    this.options = options;
    this.files = new EntryFiles(tree, tar, owner);
  }

  void run() throws IOException {
    for (var entry = tar.next(); entry != null; entry = tar.next()) {
      EntryFiles.check(entry);
      extract(entry, EntryPath.of(entry.name(), DEEPEST));
    }
    setTimes();
    tar.drain();
  }

  /** Last of all, for what is put into a directory changes its time. */
  private void setTimes() throws IOException {
    directoryTimes.set(
        (path, seconds, nanos) -> {
          try (var directory = tree.directory(path)) {
            tree.setTime(directory, ".", seconds, nanos);
          } catch (TreeException e) {
            // The container, or a later entry, has put something else there.
            if (e.errno() != TreeException.ENOENT && e.errno() != TreeException.ENOTDIR) {
              throw e;
            }
          }
        });
  }

  private void extract(TarEntry entry, EntryPath path) throws IOException {
    if (path.isRoot()) {
      // The target is there and stays as it is.
      return;
    }
    try (var parent = MadeDirectory.at(tree, target + path.parent().path())) {
      var name = path.name();
      var existing = tree.status(parent, name);
      var kept = makeRoom(parent, path, existing, entry);
      switch (entry.type()) {
        case DIRECTORY -> {
          if (!kept) {
            tree.makeDirectory(parent, name, 0755);
          }
          directoryTimes.add(target + path.path(), entry.mtimeSeconds(), entry.mtimeNanos());
          if (directoryTimes.isFull()) {
            setTimes();
          }
        }
        case FILE -> files.file(parent, name, entry);
        case SYMLINK -> tree.makeSymlink(parent, name, entry.linkName());
        case HARD_LINK -> {
          hardLink(entry, path, parent);
          return;
        }
        case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> files.node(parent, name, entry);
      }
      files.metadata(parent, name, entry);
    }
  }

  /** True when the directory that is there is the one wanted. */
  private boolean makeRoom(
      Directory parent, EntryPath path, @Nullable FileStatus existing, TarEntry entry)
      throws IOException {
    if (existing == null) {
      return false;
    }
    var wantsDirectory = entry.type() == TarEntry.Type.DIRECTORY;
    if (existing.isDirectory() && wantsDirectory) {
      return true;
    }
    if (options.keepKinds() && existing.isDirectory() != wantsDirectory) {
      throw new TarException(
          (wantsDirectory
                  ? "cannot overwrite non-directory \"%s\" with directory \"%s\""
                  : "cannot overwrite directory \"%s\" with non-directory \"%s\"")
              .formatted(
                  ByteStrings.toText(target + path.path()),
                  ByteStrings.toText(target.substring(0, target.length() - 1))));
    }
    if (entry.type() != TarEntry.Type.HARD_LINK) {
      TreeRemoval.remove(tree, parent, path.name());
    }
    return false;
  }

  private void hardLink(TarEntry entry, EntryPath path, Directory parent) throws IOException {
    var linked = EntryPath.of(entry.linkName(), DEEPEST);
    try (var from = tree.directory(target + linked.parent().path())) {
      var source = linked.isRoot() ? null : tree.status(from, linked.name());
      if (source == null || source.isDirectory()) {
        throw new TarException(
            "invalid tar entry %s: no file %s to link to".formatted(path, linked));
      }
      var existing = tree.status(parent, path.name());
      if (existing != null && existing.inode() == source.inode()) {
        return;
      }
      if (existing != null) {
        TreeRemoval.remove(tree, parent, path.name());
      }
      tree.makeHardLink(from, linked.name(), parent, path.name());
    }
  }
}
