package io.gantry.agent.host.kernel.tree;

import io.gantry.agent.host.kernel.Beneath;
import io.gantry.agent.host.kernel.IdRange;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
public final class Tree extends TreeMaking {
  private static final int O_DIRECTORY = Beneath.O_DIRECTORY;
  private static final int O_NOFOLLOW = Beneath.O_NOFOLLOW;
  private static final int O_NONBLOCK = 04000;
  private static final long SYS_OPENAT2 = 437;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_IN_ROOT = 0x10;

  private final Directory root;
  private final Path path;

  private Tree(Path path, IdRange ids) throws IOException {
    super(ids);
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
      release();
      if (thrown instanceof IOException failure) {
        throw failure;
      }
      throw FileCalls.unexpected(thrown);
    }
    if (fd < 0) {
      var failure = TreeException.of("open", path.toString(), FileCalls.errno(state));
      release();
      throw failure;
    }
    root = new Directory(fd, "");
  }

  public static Tree open(Path directory) throws IOException {
    return new Tree(directory, IdRange.ALL);
  }

  /**
   * The same with the owners that a user namespace with these ids sees: they are read and set as
   * the container's, and what is made is its root's.
   */
  public static Tree open(Path directory, IdRange ids) throws IOException {
    return new Tree(directory, ids);
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
    release();
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
}
