package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Path;

/** mount(2) and umount2(2). Targets are used as given: symbolic links in them are followed. */
public final class Mounts {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_REMOUNT = 32;
  public static final long MS_BIND = 4096;
  public static final long MS_REC = 16384;
  public static final long MS_PRIVATE = 1 << 18;
  public static final long MS_SLAVE = 1 << 19;

  private static final long MNT_DETACH = 2;
  private static final long UMOUNT_NOFOLLOW = 8;

  /** mount(2) copies one page of options and silently ends there. */
  public static final int LONGEST_OPTIONS = 4095;

  private Mounts() {}

  public static void mount(String source, Path target, String type, long flags, String options)
      throws IOException {
    if (options.length() > LONGEST_OPTIONS) {
      throw new IOException("mount " + type + " on " + target + ": options exceed one page");
    }
    Blocking.run(
        () -> {
          try (var memory = new Strings()) {
            var result =
                Native.call(
                    Call.MOUNT,
                    memory.at(source),
                    memory.at(target.toString()),
                    memory.at(type),
                    flags,
                    memory.at(options));
            return SystemCallFailed.check(result, Call.MOUNT, type + " on " + target);
          }
        });
  }

  /** {@code from} appears at {@code to} as well; both exist and are of one kind. */
  public static void bind(Path from, Path to, boolean recursive) throws IOException {
    mount(from.toString(), to, "bind", MS_BIND | (recursive ? MS_REC : 0), "");
  }

  /** False: nothing is mounted there, or there is no such path. */
  public static boolean unmount(Path target) throws IOException {
    return unmount(target, UMOUNT_NOFOLLOW);
  }

  /**
   * Takes the mount out of the tree at once; the file system ends when its last user does. False:
   * nothing is mounted there, or there is no such path.
   */
  public static boolean detach(Path target) throws IOException {
    return unmount(target, UMOUNT_NOFOLLOW | MNT_DETACH);
  }

  /**
   * As {@link #detach}, and the end of the file system is not waited for: it writes back what it
   * holds, ten milliseconds and more, in the background. Until then it may be mounted again.
   */
  public static boolean detachAndRelease(Path target) throws IOException {
    Descriptor last;
    try {
      last = Descriptor.open(target, Beneath.O_PATH | Beneath.O_NOFOLLOW);
    } catch (SystemCallFailed failed) {
      if (failed.errno() == Errno.ENOENT) {
        return false;
      }
      throw failed;
    }
    try {
      return detach(target);
    } finally {
      Released.close(last);
    }
  }

  private static boolean unmount(Path target, long flags) throws IOException {
    return Blocking.run(
        () -> {
          try (var memory = new Strings()) {
            var result = Native.call(Call.UMOUNT2, memory.at(target.toString()), flags);
            if (result == -Errno.EINVAL || result == -Errno.ENOENT) {
              return false;
            }
            SystemCallFailed.check(result, Call.UMOUNT2, target);
            return true;
          }
        });
  }
}
