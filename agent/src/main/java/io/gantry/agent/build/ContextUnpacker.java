package io.gantry.agent.build;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.host.kernel.tree.TreeRemoval;
import io.gantry.agent.image.Digest;
import io.gantry.agent.tar.TarEntry;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a tar of strangers beneath a directory, every path resolved by the kernel: a build's
 * context, or an archive that ADD unpacks. Owners, modes, times and extended attributes are kept;
 * names that mean a whiteout in a layer are files like any other.
 *
 * <p>One use, one platform thread. A failure leaves what was written by then.
 */
final class ContextUnpacker {
  private static final long MOST_BYTES = 64L << 30;
  private static final long MOST_ENTRIES = 4_000_000;
  private static final int DEEPEST = 512;

  /** Smaller files are hashed when it is asked for: that is fast, and there may be millions. */
  private static final int WORTH_HASHING = 1 << 18;

  private record DirectoryTime(String path, long seconds, int nanos) {}

  private final Tree tree;
  private final String below;
  private final TarReader tar;
  private final byte[] buffer = new byte[1 << 17];
  private final Map<String, byte[]> hashes = new HashMap<>();
  private final List<DirectoryTime> times = new ArrayList<>();
  private long bytes;
  private long entries;

  /** {@code below}: the directory in the tree that the tar's root is; it exists. */
  ContextUnpacker(Tree tree, String below, InputStream tar) {
    this.tree = tree;
    this.below = below;
    this.tar = new TarReader(new BufferedInputStream(tar, 1 << 17));
  }

  void unpack() throws IOException {
    for (var entry = tar.next(); entry != null; entry = tar.next()) {
      if (++entries > MOST_ENTRIES) {
        throw new TarException("archive has more than %d entries".formatted(MOST_ENTRIES));
      }
      unpack(entry);
    }
    for (var time : times.reversed()) {
      try (var directory = tree.directory(time.path())) {
        tree.setTime(directory, ".", time.seconds(), time.nanos());
      } catch (TreeException e) {
        if (e.errno() != TreeException.ENOENT && e.errno() != TreeException.ENOTDIR) {
          throw e;
        }
      }
    }
    tar.drain();
  }

  /**
   * SHA-256 of what large files hold, by their paths: hashed while the client is still sending, and
   * not read again. Not every one is there.
   */
  Map<String, byte[]> hashes() {
    return Map.copyOf(hashes);
  }

  private void unpack(TarEntry entry) throws IOException {
    var names = names(entry.name());
    if (names.isEmpty()) {
      if (entry.type() != TarEntry.Type.DIRECTORY) {
        throw new TarException("invalid tar entry: the root is no directory");
      }
      return;
    }
    var name = names.removeLast();
    try (var parent = parent(names)) {
      create(entry, parent, name, String.join("/", names));
    }
  }

  private static List<String> names(String path) throws TarException {
    var names = new ArrayList<String>();
    for (var name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (names.isEmpty()) {
          throw new TarException(
              "invalid tar entry %s: it leaves the root".formatted(ByteStrings.toText(path)));
        }
        names.removeLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    if (names.size() > DEEPEST) {
      throw new TarException("a tar entry is more than %d directories deep".formatted(DEEPEST));
    }
    return names;
  }

  private String inTree(String path) {
    return below.isEmpty() ? path : path.isEmpty() ? below : below + "/" + path;
  }

  private Directory parent(List<String> names) throws IOException {
    var path = String.join("/", names);
    try {
      return tree.directory(inTree(path));
    } catch (TreeException e) {
      if (e.errno() != TreeException.ENOENT || names.isEmpty()) {
        throw e;
      }
    }
    try (var above = parent(names.subList(0, names.size() - 1))) {
      tree.makeDirectory(above, names.getLast(), 0755);
    }
    return tree.directory(inTree(path));
  }

  private void create(TarEntry entry, Directory parent, String name, String above)
      throws IOException {
    var present = tree.status(parent, name);
    var staysDirectory =
        entry.type() == TarEntry.Type.DIRECTORY && present != null && present.isDirectory();
    if (present != null && !staysDirectory) {
      TreeRemoval.remove(tree, parent, name);
      // Under whatever names it was known.
      hashes.clear();
    }
    switch (entry.type()) {
      case DIRECTORY -> {
        if (!staysDirectory) {
          tree.makeDirectory(parent, name, 0755);
        }
        times.add(
            new DirectoryTime(
                inTree(above.isEmpty() ? name : above + "/" + name),
                entry.mtimeSeconds(),
                entry.mtimeNanos()));
      }
      case FILE -> write(entry, parent, name, inTree(above.isEmpty() ? name : above + "/" + name));
      case SYMLINK -> tree.makeSymlink(parent, name, entry.linkName());
      case HARD_LINK -> {
        link(entry, parent, name);
        return;
      }
      case CHARACTER_DEVICE -> node(entry, parent, name, FileStatus.CHARACTER);
      case BLOCK_DEVICE -> node(entry, parent, name, FileStatus.BLOCK);
      case FIFO -> node(entry, parent, name, FileStatus.FIFO);
    }
    metadata(entry, parent, name);
  }

  private void node(TarEntry entry, Directory parent, String name, int type) throws IOException {
    tree.makeNode(
        parent,
        name,
        type | entry.mode(),
        FileStatus.device(entry.deviceMajor(), entry.deviceMinor()));
  }

  private void write(TarEntry entry, Directory parent, String name, String path)
      throws IOException {
    bytes += entry.storedSize();
    if (bytes > MOST_BYTES) {
      throw new TarException("archive is larger than %d bytes".formatted(MOST_BYTES));
    }
    var whole = entry.size() >= WORTH_HASHING && entry.storedSize() == entry.size();
    var hasher = whole ? Optional.of(Digest.hasher()) : Optional.<MessageDigest>empty();
    try (var file = tree.createFile(parent, name, 0600)) {
      for (var segment : entry.segments()) {
        if (segment.offset() > 0) {
          file.seek(segment.offset());
        }
        for (var left = segment.length(); left > 0; ) {
          var got = tar.read(buffer, 0, (int) Math.min(left, buffer.length));
          file.write(buffer, 0, got);
          if (hasher.isPresent()) {
            hasher.get().update(buffer, 0, got);
          }
          left -= got;
        }
      }
      if (entry.storedSize() != entry.size()) {
        file.truncate(entry.size());
      }
    }
    hasher.ifPresent(full -> hashes.put(path, full.digest()));
  }

  private void link(TarEntry entry, Directory parent, String name) throws IOException {
    var target = names(entry.linkName());
    if (target.isEmpty()) {
      throw new TarException("invalid tar entry: a hard link to the root");
    }
    var last = target.removeLast();
    try (var from = tree.directory(inTree(String.join("/", target)))) {
      tree.makeHardLink(from, last, parent, name);
    }
  }

  // Owner first: the kernel clears setuid bits and capabilities when it changes.
  private void metadata(TarEntry entry, Directory parent, String name) throws IOException {
    tree.setOwner(parent, name, id(entry.uid()), id(entry.gid()));
    if (entry.type() != TarEntry.Type.SYMLINK) {
      tree.setMode(parent, name, entry.mode());
    }
    for (var attribute : entry.attributes().entrySet()) {
      if (attribute.getKey().startsWith("trusted.overlay.")) {
        continue;
      }
      try {
        tree.setAttribute(
            parent,
            name,
            attribute.getKey(),
            attribute.getValue().getBytes(StandardCharsets.ISO_8859_1));
      } catch (TreeException e) {
        if (e.errno() != TreeException.EOPNOTSUPP) {
          throw e;
        }
      }
    }
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      tree.setTime(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }
  }

  private static int id(long value) throws TarException {
    if (value < 0 || value >= 0xffff_ffffL) {
      throw new TarException("invalid tar header: owner %d".formatted(value));
    }
    return (int) value;
  }
}
