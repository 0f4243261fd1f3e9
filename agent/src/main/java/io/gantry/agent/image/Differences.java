package io.gantry.agent.image;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.host.kernel.tree.TreeRemoval;
import io.gantry.agent.tar.TarEntry;
import io.gantry.agent.tar.TarEntry.Segment;
import io.gantry.agent.tar.TarWriter;
import io.gantry.agent.tar.TreeTar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a writable layer (overlayfs upper directory) changed, as an OCI layer: the kernel's
 * whiteouts and opaque directories become names (OCI image-spec, layer.md), and places that the
 * runtime made only to mount on are left out.
 *
 * <p>With {@code clean} the directory itself becomes what the layer says, ready to be a lower
 * directory: it loses what the tar has not, and the overlay's own attributes but "opaque".
 *
 * <p>One use, one platform thread.
 */
final class Differences {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = "trusted.overlay.opaque";
  private static final String OVERLAY_ATTRIBUTES = "trusted.overlay.";
  private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);
  private static final int ENODATA = 61;
  private static final int DEEPEST = 512;

  private final Tree upper;
  private final boolean clean;
  private final TarWriter tar;
  private final TreeTar entries;
  private long size;

  Differences(Tree upper, boolean clean, TarWriter tar) {
    this.upper = upper;
    this.clean = clean;
    this.tar = tar;
    this.entries = new TreeTar(upper, tar);
  }

  /** Returns the bytes of all files, as Docker counts a layer's size. */
  long write() throws IOException {
    var root = upper.root();
    var status = upper.status(root, ".");
    if (status != null
        && (status.permissions() != 0755 || status.uid() != 0 || status.gid() != 0)) {
      entries.single(root, ".", status, "./");
    }
    if (clean) {
      cleanAttributes(root, ".");
    }
    below(root, "", 0);
    tar.finish();
    return size;
  }

  private void below(Directory directory, String path, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new BadImage("more than %d directories below each other".formatted(DEEPEST));
    }
    var before = upper.status(directory, ".");
    for (var name : upper.list(directory).stream().sorted().toList()) {
      var status = upper.status(directory, name);
      if (status == null) {
        continue;
      }
      var full = path.isEmpty() ? name : path + "/" + name;
      if (travels(directory, name, full, status)) {
        one(directory, name, full, status, depth);
      } else if (clean) {
        TreeRemoval.remove(upper, directory, name);
      }
    }
    if (clean && before != null) {
      upper.setTime(directory, ".", before.mtimeSeconds(), before.mtimeNanos());
    }
  }

  // Sockets, the runtime's mount points, and names that mean a whiteout have no place in a layer.
  private boolean travels(Directory in, String name, String path, FileStatus status)
      throws IOException {
    return status.type() != FileStatus.SOCKET
        && !name.startsWith(WHITEOUT)
        && !MountPoints.isOne(upper, in, name, path, status);
  }

  private void one(Directory in, String name, String path, FileStatus status, int depth)
      throws IOException {
    if (status.isWhiteout()) {
      tar.entry(marker(hidden(path, name)));
      return;
    }
    entries.single(in, name, status, path);
    if (status.type() == FileStatus.REGULAR || status.type() == FileStatus.SYMLINK) {
      size += status.size();
    }
    if (status.isDirectory()) {
      if (isOpaque(in, name)) {
        tar.entry(marker(path + "/" + WHITEOUT + WHITEOUT + ".opq"));
      }
      try (var directory = upper.openDirectory(in, name)) {
        below(directory, path, depth + 1);
      }
    }
    if (clean) {
      cleanAttributes(in, name);
    }
  }

  private static String hidden(String path, String name) {
    return path.substring(0, path.length() - name.length()) + WHITEOUT + name;
  }

  private static TarEntry marker(String name) {
    return new TarEntry(
        TarEntry.Type.FILE, name, "", 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), List.of(new Segment(0, 0)));
  }

  private boolean isOpaque(Directory in, String name) throws IOException {
    return upper.attributes(in, name).contains(OPAQUE)
        && Arrays.equals(upper.attribute(in, name, OPAQUE), YES);
  }

  private void cleanAttributes(Directory in, String name) throws IOException {
    for (var attribute : upper.attributes(in, name)) {
      if (attribute.startsWith(OVERLAY_ATTRIBUTES)
          && !(attribute.equals(OPAQUE) && isOpaque(in, name))) {
        try {
          upper.removeAttribute(in, name, attribute);
        } catch (TreeException e) {
          if (e.errno() != ENODATA) {
            throw e;
          }
        }
      }
    }
  }
}
