package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.OpenFile;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.tar.TarEntry.Segment;
import io.gantry.agent.tar.TarEntry.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes what lies in a tree as tar entries: owners, modes, times to the nanosecond, extended
 * attributes, devices, hard links among what is written. Names come sorted, so that the same files
 * give the same bytes. The files may change meanwhile: what is gone is left out, a file that shrank
 * is filled with zeros. Sockets are left out; without their listener they are nothing.
 *
 * <p>One use, one platform thread.
 */
public final class TreeTar {
  private static final int DEEPEST = 512;
  private static final String OVERLAY_ATTRIBUTES = "trusted.overlay.";
  private static final int ENODATA = 61;

  private record Inode(long device, long number) {}

  private final Tree tree;
  private final TarWriter tar;
  private final Set<Long> closed;
  private final Map<Inode, String> linked = new HashMap<>();

  public TreeTar(Tree tree, TarWriter tar) {
    this(tree, tar, Set.of());
  }

  /**
   * @param closed devices of file systems whose directories are written, and not what is in them
   */
  public TreeTar(Tree tree, TarWriter tar, Set<Long> closed) {
    this.tree = tree;
    this.tar = tar;
    this.closed = Set.copyOf(closed);
  }

  /**
   * {@code name} in {@code in} and all below it, called {@code as} in the archive. An empty {@code
   * as} leaves a directory itself out and calls what is in it by its bare names.
   */
  public void whole(Directory in, String name, String as) throws IOException {
    var status = tree.status(in, name);
    if (status != null) {
      whole(in, name, status, as, 0);
    }
  }

  private void whole(Directory in, String name, FileStatus status, String as, int depth)
      throws IOException {
    if (!as.isEmpty()) {
      single(in, name, status, as);
    }
    if (!status.isDirectory() || closed.contains(status.device())) {
      return;
    }
    if (depth >= DEEPEST) {
      throw new IOException("more than %d directories below each other".formatted(DEEPEST));
    }
    try (var directory = open(in, name)) {
      if (directory != null) {
        for (var child : tree.list(directory).stream().sorted().toList()) {
          var below = tree.status(directory, child);
          if (below != null) {
            whole(directory, child, below, joined(as, child), depth + 1);
          }
        }
      }
    }
  }

  private static String joined(String above, String name) {
    return above.isEmpty() || above.endsWith("/") ? above + name : above + "/" + name;
  }

  private @Nullable Directory open(Directory in, String name) throws IOException {
    try {
      return tree.openDirectory(in, name);
    } catch (TreeException e) {
      if (isOther(e)) {
        return null;
      }
      throw e;
    }
  }

  /** It is gone, or something else by now. */
  private static boolean isOther(TreeException e) {
    return e.errno() == TreeException.ENOENT
        || e.errno() == TreeException.ENOTDIR
        || e.errno() == TreeException.ELOOP;
  }

  /** One entry alone. A directory's name is given a slash at its end. */
  public void single(Directory in, String name, FileStatus status, String as) throws IOException {
    var type = type(status);
    if (type == null) {
      return;
    }
    if (status.links() > 1 && type != Type.DIRECTORY) {
      var first = linked.putIfAbsent(new Inode(status.device(), status.inode()), as);
      if (first != null) {
        tar.entry(entry(Type.HARD_LINK, status, as, first, Map.of()));
        return;
      }
    }
    try {
      write(in, name, type, status, as);
    } catch (TreeException e) {
      if (!isOther(e)) {
        throw e;
      }
    }
  }

  private void write(Directory in, String name, Type type, FileStatus status, String as)
      throws IOException {
    switch (type) {
      case FILE -> {
        try (var file = tree.openFile(in, name)) {
          var entry = entry(type, status, as, "", attributes(in, name));
          tar.entry(entry, (buffer, offset, length) -> read(file, buffer, offset, length));
        }
      }
      case SYMLINK -> {
        var target = tree.readSymlink(in, name);
        tar.entry(entry(type, status, as, target, attributes(in, name)));
      }
      case DIRECTORY -> {
        var slashed = as.endsWith("/") ? as : as + "/";
        tar.entry(entry(type, status, slashed, "", attributes(in, name)));
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, HARD_LINK ->
          tar.entry(entry(type, status, as, "", attributes(in, name)));
    }
  }

  /** The size is promised already; what a shrinking file no longer has reads as zeros. */
  private static int read(OpenFile file, byte[] buffer, int offset, int length) throws IOException {
    var got = file.read(buffer, offset, length);
    if (got >= 0) {
      return got;
    }
    Arrays.fill(buffer, offset, offset + length, (byte) 0);
    return length;
  }

  private static TarEntry entry(
      Type type, FileStatus status, String as, String link, Map<String, String> attributes) {
    var size = type == Type.FILE ? status.size() : 0;
    var device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    return new TarEntry(
        type,
        as,
        link,
        status.permissions(),
        status.uid() & 0xffffffffL,
        status.gid() & 0xffffffffL,
        size,
        status.mtimeSeconds(),
        status.mtimeNanos(),
        device ? status.major() : 0,
        device ? status.minor() : 0,
        attributes,
        List.of(new Segment(0, size)));
  }

  private static @Nullable Type type(FileStatus status) {
    return switch (status.type()) {
      case FileStatus.REGULAR -> Type.FILE;
      case FileStatus.DIRECTORY -> Type.DIRECTORY;
      case FileStatus.SYMLINK -> Type.SYMLINK;
      case FileStatus.CHARACTER -> Type.CHARACTER_DEVICE;
      case FileStatus.BLOCK -> Type.BLOCK_DEVICE;
      case FileStatus.FIFO -> Type.FIFO;
      default -> null;
    };
  }

  /** All that belong to the file; not the overlay's own, nor labels that are the host's. */
  private Map<String, String> attributes(Directory in, String name) throws IOException {
    var names = tree.attributes(in, name);
    if (names.isEmpty()) {
      return Map.of();
    }
    var attributes = new TreeMap<String, String>();
    for (var attribute : names) {
      if (!attribute.startsWith(OVERLAY_ATTRIBUTES) && !attribute.equals("security.selinux")) {
        try {
          attributes.put(
              attribute,
              new String(tree.attribute(in, name, attribute), StandardCharsets.ISO_8859_1));
        } catch (TreeException e) {
          if (e.errno() != ENODATA) {
            throw e;
          }
        }
      }
    }
    return attributes;
  }
}
