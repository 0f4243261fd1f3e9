package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;

/**
 * openat2(2): paths that come from containers and archives, resolved by the kernel beneath a
 * directory, so that no link and no race leads out of it.
 */
public final class Beneath {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_TRUNC = 0x200;
  public static final int O_APPEND = 0x400;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_PATH = 0x200000;
  public static final int O_DIRECTORY = Architecture.O_DIRECTORY;
  public static final int O_NOFOLLOW = Architecture.O_NOFOLLOW;

  static final int RESOLVE_NO_XDEV = 0x01;
  static final int RESOLVE_NO_MAGICLINKS = 0x02;
  static final int RESOLVE_NO_SYMLINKS = 0x04;
  static final int RESOLVE_BENEATH = 0x08;
  static final int RESOLVE_IN_ROOT = 0x10;

  private static final long O_CLOEXEC = 0x80000;

  private Beneath() {}

  /** {@code root} is "/" for the path and every link in it, as in a chroot. */
  public static Descriptor inRoot(Descriptor root, String path, int flags, int mode)
      throws IOException {
    return open(root, path, flags, mode, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  }

  /** What would lead out of {@code root} fails with {@link Errno#EXDEV}. */
  public static Descriptor beneath(Descriptor root, String path, int flags, int mode)
      throws IOException {
    return open(root, path, flags, mode, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
  }

  /**
   * One name in a directory, in Latin-1 as {@link DirectoryReader} gives it: no link is followed,
   * no mount is entered.
   */
  static Descriptor child(Descriptor directory, String name, int flags) throws IOException {
    try (var memory = new Strings()) {
      var resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
      return open(memory, directory, memory.bytes(name), name, flags, 0, resolve);
    }
  }

  private static Descriptor open(Descriptor root, String path, int flags, int mode, int resolve)
      throws IOException {
    try (var memory = new Strings()) {
      return open(memory, root, memory.at(path), path, flags, mode, resolve);
    }
  }

  private static Descriptor open(
      Strings memory, Descriptor root, long path, String shown, int flags, int mode, int resolve)
      throws IOException {
    var how = memory.block(3 * JAVA_LONG.byteSize());
    how.setAtIndex(JAVA_LONG, 0, flags | O_CLOEXEC);
    how.setAtIndex(JAVA_LONG, 1, mode);
    how.setAtIndex(JAVA_LONG, 2, resolve);
    long result;
    do {
      // EAGAIN: something was renamed meanwhile and the kernel cannot vouch for the result.
      result = Native.call(Call.OPENAT2, root.number(), path, how.address(), how.byteSize());
    } while (result == -Errno.EAGAIN);
    return new Descriptor(SystemCallFailed.check(result, Call.OPENAT2, shown));
  }
}
