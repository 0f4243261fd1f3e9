package io.gantry.agent.host.kernel.tree;

import io.gantry.agent.host.kernel.AssumedRoot;
import io.gantry.agent.host.kernel.Beneath;
import io.gantry.agent.host.kernel.IdRange;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Making, moving and removing single files beneath a directory. */
abstract sealed class TreeMaking extends TreeAttributes permits Tree {
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int AT_REMOVEDIR = 0x200;

  TreeMaking(IdRange ids) {
    super(ids);
  }

  /** What is made is to be the container's root's. */
  private @Nullable AssumedRoot asRoot() throws IOException {
    return ids.isAll() ? null : AssumedRoot.rootOf(ids);
  }

  public void makeDirectory(Tree.Directory in, String name, int mode) throws IOException {
    try (var _ = asRoot()) {
      check(
          (int) FileCalls.MKDIRAT.invokeExact(state, in.fd, leaf(first, name), mode),
          "mkdir",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** A new empty file. Fails when the name is taken, by whatever. */
  public OpenFile createFile(Tree.Directory in, String name, int mode) throws IOException {
    try (var _ = asRoot()) {
      var flags = O_WRONLY | O_CREAT | O_EXCL | Beneath.O_NOFOLLOW | O_CLOEXEC;
      int fd = (int) FileCalls.OPENAT.invokeExact(state, in.fd, leaf(first, name), flags, mode);
      return new OpenFile(this, (int) check(fd, "create", in.child(name)), in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void makeSymlink(Tree.Directory in, String name, String target) throws IOException {
    try (var _ = asRoot()) {
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

  /** Another name for a file; a symbolic link is linked itself. */
  public void makeHardLink(Tree.Directory from, String fromName, Tree.Directory in, String name)
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
  public void makeNode(Tree.Directory in, String name, int mode, long device) throws IOException {
    try (var _ = asRoot()) {
      check(
          (int) FileCalls.MKNODAT.invokeExact(state, in.fd, leaf(first, name), mode, device),
          "mknod",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void removeFile(Tree.Directory in, String name) throws IOException {
    unlink(in, name, 0);
  }

  public void removeEmptyDirectory(Tree.Directory in, String name) throws IOException {
    unlink(in, name, AT_REMOVEDIR);
  }

  private void unlink(Tree.Directory in, String name, int flags) throws IOException {
    try {
      check(
          (int) FileCalls.UNLINKAT.invokeExact(state, in.fd, leaf(first, name), flags),
          "remove",
          in.child(name));
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  public void rename(Tree.Directory from, String fromName, Tree.Directory in, String name)
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
}
