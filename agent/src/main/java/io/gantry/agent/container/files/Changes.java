package io.gantry.agent.container.files;

import io.gantry.agent.ContainerFiles.Change;
import io.gantry.agent.ContainerFiles.Change.Kind;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.image.MountPoints;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a writable layer changed of the layers below it, as `docker diff` tells: a directory counts
 * when it or something in it changed. Whiteouts and opaque directories are read as overlayfs reads
 * them.
 *
 * <p>One use, one platform thread.
 */
final class Changes implements Closeable {
  private static final String OPAQUE = "trusted.overlay.opaque";
  private static final int DEEPEST = 512;

  private final Tree upper;
  private final List<Tree> layers = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  private Changes(Tree upper) {
    this.upper = upper;
  }

  /** {@code lowestFirst}: directories of the image's layers. */
  static List<Change> of(Path writableLayer, List<Path> lowestFirst) throws IOException {
    try (var all = new Changes(Tree.open(writableLayer))) {
      for (var layer : lowestFirst.reversed()) {
        all.layers.add(Tree.open(layer));
      }
      var roots = all.layers.stream().map(tree -> new Lower(tree, tree.root())).toList();
      all.below(all.upper.root(), "", roots, 0);
      return all.changes.stream().sorted(Comparator.comparing(Change::path)).toList();
    }
  }

  /** A directory of one layer. */
  private record Lower(Tree tree, Directory directory) {}

  /** True when something changed here or below. */
  private boolean below(Directory directory, String path, List<Lower> lowers, int depth)
      throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("more than %d directories below each other".formatted(DEEPEST));
    }
    var changed = false;
    for (var name : upper.list(directory)) {
      var status = upper.status(directory, name);
      if (status != null
          && status.type() != FileStatus.SOCKET
          && !MountPoints.isOne(upper, directory, name, (path + "/" + name).substring(1), status)) {
        changed |= one(directory, name, path + "/" + name, status, lowers, depth);
      }
    }
    return changed;
  }

  private boolean one(
      Directory in, String name, String path, FileStatus status, List<Lower> lowers, int depth)
      throws IOException {
    var before = find(lowers, name);
    if (status.isWhiteout()) {
      return before.isPresent() && say(Kind.DELETED, path);
    }
    if (!status.isDirectory()) {
      return say(before.isPresent() ? Kind.MODIFIED : Kind.ADDED, path);
    }
    var opaque = isOpaque(upper, in, name);
    var within = before.isPresent() ? open(lowers, name) : List.<Lower>of();
    try (var directory = upper.openDirectory(in, name)) {
      var changed = opaque && hidden(directory, path, within);
      changed |= below(directory, path, within, depth + 1);
      if (before.isEmpty()) {
        return say(Kind.ADDED, path);
      }
      return (changed || !isSame(status, before.get())) && say(Kind.MODIFIED, path);
    } finally {
      within.forEach(lower -> lower.directory().close());
    }
  }

  private boolean say(Kind kind, String path) {
    changes.add(new Change(kind, ByteStrings.toText(path)));
    return true;
  }

  private static boolean isSame(FileStatus now, FileStatus before) {
    return now.mode() == before.mode()
        && now.uid() == before.uid()
        && now.gid() == before.gid()
        && now.mtimeSeconds() == before.mtimeSeconds()
        && now.mtimeNanos() == before.mtimeNanos();
  }

  /** Everything of the layers below an opaque directory that it has not itself is deleted. */
  private boolean hidden(Directory directory, String path, List<Lower> within) throws IOException {
    var names = new HashSet<String>();
    for (var lower : within) {
      names.addAll(lower.tree().list(lower.directory()));
    }
    var any = false;
    for (var name : names) {
      if (upper.status(directory, name) == null && find(within, name).isPresent()) {
        any |= say(Kind.DELETED, path + "/" + name);
      }
    }
    return any;
  }

  /** What the layers have of that name: the highest decides. */
  private static Optional<FileStatus> find(List<Lower> lowers, String name) throws IOException {
    for (var lower : lowers) {
      var status = lower.tree().status(lower.directory(), name);
      if (status != null) {
        return status.isWhiteout() ? Optional.empty() : Optional.of(status);
      }
    }
    return Optional.empty();
  }

  /** The directories of that name that show through each other, highest first. */
  private static List<Lower> open(List<Lower> lowers, String name) throws IOException {
    var opened = new ArrayList<Lower>();
    try {
      for (var lower : lowers) {
        var status = lower.tree().status(lower.directory(), name);
        if (status == null) {
          continue;
        }
        if (!status.isDirectory()) {
          break;
        }
        opened.add(new Lower(lower.tree(), lower.tree().openDirectory(lower.directory(), name)));
        if (isOpaque(lower.tree(), lower.directory(), name)) {
          break;
        }
      }
      return opened;
    } catch (IOException | RuntimeException failed) {
      opened.forEach(lower -> lower.directory().close());
      throw failed;
    }
  }

  private static boolean isOpaque(Tree tree, Directory in, String name) throws IOException {
    return tree.attributes(in, name).contains(OPAQUE)
        && Arrays.equals(tree.attribute(in, name, OPAQUE), new byte[] {'y'});
  }

  @Override
  public void close() {
    layers.forEach(Tree::close);
    upper.close();
  }
}
