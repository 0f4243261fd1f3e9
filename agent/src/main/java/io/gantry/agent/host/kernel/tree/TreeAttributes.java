package io.gantry.agent.host.kernel.tree;

import io.gantry.agent.host.kernel.IdRange;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of files beneath a directory, and setting it. */
abstract sealed class TreeAttributes extends TreeCalls permits TreeMaking {
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int MAX_XATTR = 65536;

  final IdRange ids;

  TreeAttributes(IdRange ids) {
    this.ids = ids;
  }

  /**
   * Status of {@code name}, or null when there is no such name. An empty name is the directory
   * itself.
   */
  public @Nullable FileStatus status(Tree.Directory in, String name) throws IOException {
    try {
      var flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
      var text = name.isEmpty() ? string(first, "") : leaf(first, name);
      int result =
          (int) FileCalls.STATX.invokeExact(state, in.fd, text, flags, STATX_BASIC_STATS, stat);
      if (result < 0 && FileCalls.errno(state) == TreeException.ENOENT) {
        return null;
      }
      check(result, "stat", in.child(name));
      return read(stat);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  // struct statx: https://man7.org/linux/man-pages/man2/statx.2.html
  private FileStatus read(MemorySegment s) {
    var number = ValueLayout.JAVA_INT;
    return new FileStatus(
        s.get(ValueLayout.JAVA_SHORT, 28) & 0xffff,
        ids.inside(s.get(number, 20)),
        ids.inside(s.get(number, 24)),
        s.get(ValueLayout.JAVA_LONG, 40),
        s.get(ValueLayout.JAVA_LONG, 32),
        FileStatus.device(s.get(number, 136) & 0xffffffffL, s.get(number, 140) & 0xffffffffL),
        s.get(number, 16),
        FileStatus.device(s.get(number, 128) & 0xffffffffL, s.get(number, 132) & 0xffffffffL),
        s.get(ValueLayout.JAVA_LONG, 112),
        s.get(number, 120),
        s.get(ValueLayout.JAVA_LONG, 48));
  }

  /**
   * Of the file itself, also of a link. The kernel clears setuid and capabilities, so set those
   * afterwards.
   */
  public void setOwner(Tree.Directory in, String name, int uid, int gid) throws IOException {
    try {
      check(
          (int)
              FileCalls.FCHOWNAT.invokeExact(
                  state,
                  in.fd,
                  leaf(first, name),
                  ids.outside(uid),
                  ids.outside(gid),
                  AT_SYMLINK_NOFOLLOW),
          "chown",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Not for symbolic links, which have no mode of their own: it would follow them. */
  public void setMode(Tree.Directory in, String name, int permissions) throws IOException {
    try {
      check(
          (int) FileCalls.FCHMODAT.invokeExact(state, in.fd, leaf(first, name), permissions, 0),
          "chmod",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Access and modification time, of the file itself, also of a link. */
  public void setTime(Tree.Directory in, String name, long seconds, int nanos) throws IOException {
    for (var offset = 0; offset <= 16; offset += 16) {
      times.set(ValueLayout.JAVA_LONG, offset, seconds);
      times.set(ValueLayout.JAVA_LONG, offset + 8, nanos);
    }
    try {
      check(
          (int)
              FileCalls.UTIMENSAT.invokeExact(
                  state, in.fd, leaf(first, name), times, AT_SYMLINK_NOFOLLOW),
          "set the time of",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  // The xattr calls have no *at form before Linux 6.13; the descriptor's own name in /proc stands
  // in for it.
  public void setAttribute(Tree.Directory in, String name, String attribute, byte[] value)
      throws IOException {
    if (value.length > MAX_XATTR) {
      throw new IOException(
          "cannot set attribute %s of %s: %d bytes are more than 65536"
              .formatted(attribute, in.child(name), value.length));
    }
    MemorySegment.copy(value, 0, data, ValueLayout.JAVA_BYTE, 0, value.length);
    try {
      check(
          (int)
              FileCalls.LSETXATTR.invokeExact(
                  state,
                  procPath(in, name),
                  string(second, attribute),
                  data,
                  (long) value.length,
                  0),
          "set attribute " + attribute + " of",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Names of all extended attributes that may be seen. */
  public List<String> attributes(Tree.Directory in, String name) throws IOException {
    try {
      long length =
          (long)
              FileCalls.LLISTXATTR.invokeExact(state, procPath(in, name), data, (long) MAX_XATTR);
      if (length < 0 && FileCalls.errno(state) == TreeException.EOPNOTSUPP) {
        return List.of();
      }
      check(length, "list attributes of", in.child(name));
      var bytes = data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      var names = new ArrayList<String>();
      for (int start = 0, i = 0; i < bytes.length; i++) {
        if (bytes[i] == 0) {
          names.add(ByteStrings.of(bytes, start, i - start));
          start = i + 1;
        }
      }
      return names;
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public byte[] attribute(Tree.Directory in, String name, String attribute) throws IOException {
    try {
      long length =
          check(
              (long)
                  FileCalls.LGETXATTR.invokeExact(
                      state, procPath(in, name), string(second, attribute), data, (long) MAX_XATTR),
              "read attribute " + attribute + " of",
              in.child(name));
      return data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void removeAttribute(Tree.Directory in, String name, String attribute) throws IOException {
    try {
      check(
          (int)
              FileCalls.LREMOVEXATTR.invokeExact(
                  state, procPath(in, name), string(second, attribute)),
          "remove attribute " + attribute + " of",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  private MemorySegment procPath(Tree.Directory in, String name) throws IOException {
    var checked = name.isEmpty() ? "" : "/" + requireLeaf(name);
    return string(first, "/proc/self/fd/" + in.fd + checked);
  }
}
