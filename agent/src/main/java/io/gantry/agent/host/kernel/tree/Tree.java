package io.gantry.agent.host.kernel.tree;

import io.gantry.agent.host.kernel.Beneath;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open directory and what may be done beneath it. Paths given to {@link #directory} may hold
 * anything; the kernel resolves them with this directory as their root (openat2, RESOLVE_IN_ROOT),
 * as a chroot would. The other calls take a directory got from there and one name without a slash
 * ("." for the directory itself where that makes sense).
 *
 * <p>Life cycle: open, use from one thread at a time, close. Calls block and pin a virtual thread's
 * carrier, so whoever makes many of them runs on a platform thread. Every failure is a {@link
 * TreeException} with the path and errno.
 */
public final class Tree implements Closeable {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_DIRECTORY = Beneath.O_DIRECTORY;
  private static final int O_NOFOLLOW = Beneath.O_NOFOLLOW;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_NONBLOCK = 04000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final long SYS_OPENAT2 = 437;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_IN_ROOT = 0x10;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int MAX_PATH = 4096;
  private static final int MAX_XATTR = 65536;

  private final Arena arena = Arena.ofShared();
  final MemorySegment state = arena.allocate(FileCalls.STATE);
  private final MemorySegment first = arena.allocate(MAX_PATH + 64);
  private final MemorySegment second = arena.allocate(MAX_PATH + 64);
  private final MemorySegment how = arena.allocate(24, 8);
  private final MemorySegment stat = arena.allocate(256, 8);
  private final MemorySegment times = arena.allocate(32, 8);
  final MemorySegment data = arena.allocate(256 * 1024);
  private final Directory root;
  private final Path path;

  private Tree(Path path) throws IOException {
    this.path = path;
    int fd;
    try {
      fd =
          (int)
              FileCalls.OPEN.invokeExact(
                  state,
                  string(first, ByteStrings.fromText(path.toString())),
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                  0);
    } catch (Throwable thrown) {
      arena.close();
      if (thrown instanceof IOException failure) {
        throw failure;
      }
      throw FileCalls.unexpected(thrown);
    }
    if (fd < 0) {
      var failure = TreeException.of("open", path.toString(), FileCalls.errno(state));
      arena.close();
      throw failure;
    }
    root = new Directory(fd, "");
  }

  public static Tree open(Path directory) throws IOException {
    return new Tree(directory);
  }

  /** A directory beneath. Close it. */
  public final class Directory implements Closeable {
    final int fd;
    private final String name;

    private Directory(int fd, String name) {
      this.fd = fd;
      this.name = name;
    }

    @Override
    public void close() {
      if (this != root) {
        closeDescriptor(fd);
      }
    }

    String child(String child) {
      return ByteStrings.toText(name.isEmpty() ? child : name + "/" + child);
    }
  }

  public Directory root() {
    return root;
  }

  /** Opens the directory at {@code path}; links are followed, inside the tree only. */
  public Directory directory(String relative) throws IOException {
    if (relative.isEmpty() || relative.equals(".")) {
      return root;
    }
    return new Directory(openBeneath(relative, O_RDONLY | O_DIRECTORY), relative);
  }

  /** Opens an existing regular file beneath, following links inside the tree, for reading. */
  public OpenFile file(String relative) throws IOException {
    return new OpenFile(this, openBeneath(relative, O_RDONLY | O_NONBLOCK), relative);
  }

  private int openBeneath(String relative, int flags) throws IOException {
    how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
    how.set(ValueLayout.JAVA_LONG, 8, 0);
    how.set(ValueLayout.JAVA_LONG, 16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    try {
      long fd;
      do {
        // EAGAIN: something was renamed meanwhile and the kernel cannot vouch for the result.
        fd =
            (long)
                FileCalls.OPENAT2.invokeExact(
                    state, SYS_OPENAT2, root.fd, string(first, relative), how, 24L);
      } while (fd < 0 && FileCalls.errno(state) == TreeException.EAGAIN);
      return (int) check(fd, "open", relative);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void makeDirectory(Directory in, String name, int mode) throws IOException {
    try {
      check(
          (int) FileCalls.MKDIRAT.invokeExact(state, in.fd, leaf(first, name), mode),
          "mkdir",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** A new empty file. Fails when the name is taken, by whatever. */
  public OpenFile createFile(Directory in, String name, int mode) throws IOException {
    try {
      var flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
      int fd = (int) FileCalls.OPENAT.invokeExact(state, in.fd, leaf(first, name), flags, mode);
      return new OpenFile(this, (int) check(fd, "create", in.child(name)), in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Opens for reading, not following a link and not waiting on a FIFO. */
  public OpenFile openFile(Directory in, String name) throws IOException {
    try {
      var flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
      int fd = (int) FileCalls.OPENAT.invokeExact(state, in.fd, leaf(first, name), flags, 0);
      return new OpenFile(this, (int) check(fd, "open", in.child(name)), in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Opens a directory that is {@code in}'s own child, not following a link. */
  public Directory openDirectory(Directory in, String name) throws IOException {
    try {
      var flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
      int fd = (int) FileCalls.OPENAT.invokeExact(state, in.fd, leaf(first, name), flags, 0);
      check(fd, "open", in.child(name));
      return new Directory(fd, in.name.isEmpty() ? name : in.name + "/" + name);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void makeSymlink(Directory in, String name, String target) throws IOException {
    try {
      check(
          (int)
              FileCalls.SYMLINKAT.invokeExact(
                  state, string(second, target), in.fd, leaf(first, name)),
          "symlink",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public String readSymlink(Directory in, String name) throws IOException {
    try {
      long length =
          check(
              (long)
                  FileCalls.READLINKAT.invokeExact(
                      state, in.fd, leaf(first, name), second, second.byteSize()),
              "readlink",
              in.child(name));
      var bytes = second.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return ByteStrings.of(bytes, 0, bytes.length);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Another name for a file; a symbolic link is linked itself. */
  public void makeHardLink(Directory from, String fromName, Directory in, String name)
      throws IOException {
    try {
      check(
          (int)
              FileCalls.LINKAT.invokeExact(
                  state, from.fd, leaf(second, fromName), in.fd, leaf(first, name), 0),
          "link",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** {@code mode} with the type bits: a device, a FIFO or a socket. */
  public void makeNode(Directory in, String name, int mode, long device) throws IOException {
    try {
      check(
          (int) FileCalls.MKNODAT.invokeExact(state, in.fd, leaf(first, name), mode, device),
          "mknod",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void removeFile(Directory in, String name) throws IOException {
    unlink(in, name, 0);
  }

  public void removeEmptyDirectory(Directory in, String name) throws IOException {
    unlink(in, name, AT_REMOVEDIR);
  }

  private void unlink(Directory in, String name, int flags) throws IOException {
    try {
      check(
          (int) FileCalls.UNLINKAT.invokeExact(state, in.fd, leaf(first, name), flags),
          "remove",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void rename(Directory from, String fromName, Directory in, String name)
      throws IOException {
    try {
      check(
          (int)
              FileCalls.RENAMEAT.invokeExact(
                  state, from.fd, leaf(second, fromName), in.fd, leaf(first, name)),
          "rename",
          from.child(fromName));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /**
   * Of the file itself, also of a link. The kernel clears setuid and capabilities, so set those
   * afterwards.
   */
  public void setOwner(Directory in, String name, int uid, int gid) throws IOException {
    try {
      check(
          (int)
              FileCalls.FCHOWNAT.invokeExact(
                  state, in.fd, leaf(first, name), uid, gid, AT_SYMLINK_NOFOLLOW),
          "chown",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Not for symbolic links, which have no mode of their own: it would follow them. */
  public void setMode(Directory in, String name, int permissions) throws IOException {
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
  public void setTime(Directory in, String name, long seconds, int nanos) throws IOException {
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

  /**
   * Status of {@code name}, or null when there is no such name. An empty name is the directory
   * itself.
   */
  public @Nullable FileStatus status(Directory in, String name) throws IOException {
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
  private static FileStatus read(MemorySegment s) {
    var number = ValueLayout.JAVA_INT;
    return new FileStatus(
        s.get(ValueLayout.JAVA_SHORT, 28) & 0xffff,
        s.get(number, 20),
        s.get(number, 24),
        s.get(ValueLayout.JAVA_LONG, 40),
        s.get(ValueLayout.JAVA_LONG, 32),
        FileStatus.device(s.get(number, 136) & 0xffffffffL, s.get(number, 140) & 0xffffffffL),
        s.get(number, 16),
        FileStatus.device(s.get(number, 128) & 0xffffffffL, s.get(number, 132) & 0xffffffffL),
        s.get(ValueLayout.JAVA_LONG, 112),
        s.get(number, 120),
        s.get(ValueLayout.JAVA_LONG, 48));
  }

  // The xattr calls have no *at form before Linux 6.13; the descriptor's own name in /proc stands
  // in for it.
  public void setAttribute(Directory in, String name, String attribute, byte[] value)
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
  public List<String> attributes(Directory in, String name) throws IOException {
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

  public byte[] attribute(Directory in, String name, String attribute) throws IOException {
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

  /**
   * Where the directory is now, as the kernel calls it. Whoever may rename in the tree can make it
   * stale at once.
   */
  public Path path(Directory directory) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/self/fd/" + directory.fd));
  }

  /** Everything written to this file system so far is on the disk when this returns. */
  public void sync() throws IOException {
    try {
      check((int) FileCalls.SYNCFS.invokeExact(state, root.fd), "sync", path.toString());
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Names in a directory, without "." and "..". */
  public List<String> list(Directory in) throws IOException {
    var names = new ArrayList<String>();
    // "." opens a description of its own, so that listing does not move the directory's read
    // position.
    try (var listing = new DirectoryListing(this, in)) {
      listing.addTo(names);
    }
    return names;
  }

  @Override
  public void close() {
    closeDescriptor(root.fd);
    arena.close();
  }

  void closeDescriptor(int fd) {
    try {
      int ignored = (int) FileCalls.CLOSE.invokeExact(state, fd);
    } catch (Throwable thrown) {
      throw FileCalls.unexpected(thrown);
    }
  }

  int reopen(Directory in) throws IOException {
    try {
      int fd =
          (int)
              FileCalls.OPENAT.invokeExact(
                  state, in.fd, string(first, "."), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
      return (int) check(fd, "open", in.child("."));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  private MemorySegment procPath(Directory in, String name) throws IOException {
    var checked = name.isEmpty() ? "" : "/" + requireLeaf(name);
    return string(first, "/proc/self/fd/" + in.fd + checked);
  }

  private static MemorySegment leaf(MemorySegment buffer, String name) throws IOException {
    return string(buffer, requireLeaf(name));
  }

  private static String requireLeaf(String name) throws IOException {
    if (name.isEmpty() || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IOException("not the name of a file: \"" + ByteStrings.toText(name) + "\"");
    }
    return name;
  }

  private static MemorySegment string(MemorySegment buffer, String text) throws IOException {
    if (text.length() >= MAX_PATH || text.indexOf(0) >= 0) {
      throw TreeException.of(
          "use",
          ByteStrings.toText(text.substring(0, Math.min(80, text.length()))) + "…",
          TreeException.ENAMETOOLONG);
    }
    var bytes = ByteStrings.bytes(text);
    MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
    buffer.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
    return buffer;
  }

  long check(long result, String what, String name) throws IOException {
    if (result < 0) {
      throw TreeException.of(what, ByteStrings.toText(name), FileCalls.errno(state));
    }
    return result;
  }

  static IOException rethrow(Throwable thrown) throws IOException {
    if (thrown instanceof IOException failure) {
      throw failure;
    }
    throw FileCalls.unexpected(thrown);
  }
}
