package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.OpenFile;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Makes single files from tar entries, where nothing stands in their way: bytes, owners, modes,
 * times, extended attributes. Long runs of zeros become holes, since most tars cannot tell holes.
 *
 * <p>One use, one thread.
 */
public final class EntryFiles {
  private static final String OVERLAY_ATTRIBUTES = "trusted.overlay.";
  private static final int EPERM = 1;

  /** Who owns what is made, whatever the entry says. */
  public record Owner(int uid, int gid) {}

  private final Tree tree;
  private final TarReader tar;
  private final Optional<Owner> owner;
  private final byte[] buffer = new byte[1 << 16];
  private final byte[] zeros = new byte[1 << 16];

  public EntryFiles(Tree tree, TarReader tar, Optional<Owner> owner) {
    this.tree = tree;
    this.tar = tar;
    this.owner = owner;
  }

  /** The entry's stored bytes as a new file. {@link #metadata} is still to be set. */
  public void file(Directory parent, String name, TarEntry entry) throws IOException {
    try (var file = tree.createFile(parent, name, 0600)) {
      var holes = entry.storedSize() != entry.size();
      for (var segment : entry.segments()) {
        if (segment.offset() > 0) {
          file.seek(segment.offset());
        }
        holes |= segment(file, segment);
      }
      if (holes) {
        file.truncate(entry.size());
      }
    }
  }

  /** True when zeros were left out. */
  private boolean segment(OpenFile file, TarEntry.Segment segment) throws IOException {
    var holes = false;
    var skipped = false;
    for (long done = 0; done < segment.length(); ) {
      var length = fill((int) Math.min(segment.length() - done, buffer.length));
      if (length == buffer.length && Arrays.equals(buffer, zeros)) {
        holes = true;
        skipped = true;
      } else {
        if (skipped) {
          file.seek(segment.offset() + done);
          skipped = false;
        }
        file.write(buffer, 0, length);
      }
      done += length;
    }
    return holes;
  }

  private int fill(int length) throws IOException {
    for (var filled = 0; filled < length; ) {
      filled += tar.read(buffer, filled, length - filled);
    }
    return length;
  }

  public void node(Directory parent, String name, TarEntry entry) throws IOException {
    var type =
        switch (entry.type()) {
          case CHARACTER_DEVICE -> FileStatus.CHARACTER;
          case BLOCK_DEVICE -> FileStatus.BLOCK;
          case FIFO -> FileStatus.FIFO;
          case FILE, HARD_LINK, SYMLINK, DIRECTORY ->
              throw new IllegalArgumentException("no node: " + entry.type());
        };
    tree.makeNode(
        parent,
        name,
        type | entry.mode(),
        FileStatus.device(entry.deviceMajor(), entry.deviceMinor()));
  }

  /** All but a directory's time, which every entry made in it changes. */
  // Owner first: the kernel clears setuid bits and capabilities when it changes.
  public void metadata(Directory parent, String name, TarEntry entry) throws IOException {
    tree.setOwner(
        parent,
        name,
        owner.map(Owner::uid).orElseGet(() -> (int) entry.uid()),
        owner.map(Owner::gid).orElseGet(() -> (int) entry.gid()));
    if (entry.type() != TarEntry.Type.SYMLINK) {
      tree.setMode(parent, name, entry.mode());
    }
    for (var attribute : entry.attributes().entrySet()) {
      attribute(parent, name, attribute.getKey(), attribute.getValue());
    }
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      tree.setTime(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }
  }

  private void attribute(Directory parent, String name, String attribute, String value)
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

  /** Refuses owners the kernel has no number for. */
  public static void check(TarEntry entry) throws TarException {
    check(entry.uid(), "uid");
    check(entry.gid(), "gid");
  }

  private static void check(long value, String what) throws TarException {
    if (value < 0 || value >= 0xffff_ffffL) {
      throw new TarException("invalid tar header: %s %d".formatted(what, value));
    }
  }
}
