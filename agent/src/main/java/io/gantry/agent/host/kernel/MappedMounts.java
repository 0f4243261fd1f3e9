package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.nio.file.Path;

/**
 * mount_setattr(2) with MOUNT_ATTR_IDMAP (Linux 5.12): a directory or file appears elsewhere with
 * its owners as a user namespace has them. On the disk nothing changes.
 */
public final class MappedMounts {
  private static final int AT_FDCWD = -100;
  private static final long AT_EMPTY_PATH = 0x1000;
  private static final long OPEN_TREE_CLONE = 1;
  private static final long O_CLOEXEC = 0x80000;
  private static final long MOUNT_ATTR_IDMAP = 0x100000;
  private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final long MOVE_MOUNT_T_SYMLINKS = 0x10;
  private static final int MOUNT_ATTR_SIZE = 32;

  private MappedMounts() {}

  /** {@code from} appears at {@code to} as well, mapped; both exist and are of one kind. */
  public static void bind(Path from, Path to, Descriptor userNamespace) throws IOException {
    try (var memory = new Strings();
        var copy =
            new Descriptor(
                SystemCallFailed.check(
                    Native.call(
                        Call.OPEN_TREE,
                        AT_FDCWD,
                        memory.at(from.toString()),
                        OPEN_TREE_CLONE | O_CLOEXEC),
                    Call.OPEN_TREE,
                    from))) {
      var attributes = memory.block(MOUNT_ATTR_SIZE);
      attributes.set(JAVA_LONG, 0, MOUNT_ATTR_IDMAP);
      attributes.set(JAVA_LONG, 8, 0);
      attributes.set(JAVA_LONG, 16, 0);
      attributes.set(JAVA_LONG, 24, userNamespace.number());
      var mapped =
          Native.call(
              Call.MOUNT_SETATTR,
              copy.number(),
              memory.at(""),
              AT_EMPTY_PATH,
              attributes.address(),
              MOUNT_ATTR_SIZE);
      if (mapped < 0) {
        throw new IOException(
            "the owners of files below %s cannot be mapped: a file system of type %s on kernel %s (%s)"
                .formatted(
                    from,
                    FileSystem.of(from).kind(),
                    System.getProperty("os.version"),
                    new SystemCallFailed("mount_setattr", (int) -mapped).getMessage()));
      }
      move(copy, to);
    }
  }

  /** A mount that hangs nowhere yet appears at {@code to}. */
  public static void move(Descriptor mount, Path to) throws IOException {
    try (var memory = new Strings()) {
      SystemCallFailed.check(
          Native.call(
              Call.MOVE_MOUNT,
              mount.number(),
              memory.at(""),
              AT_FDCWD,
              memory.at(to.toString()),
              MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS),
          Call.MOVE_MOUNT,
          to);
    }
  }
}
