package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a file system puts what is made in a directory.
 *
 * <p>ext4 keeps a tree together in one group of inodes and passes by those deleted in the last
 * minutes, one after the other, for each new file (fs/ext4/ialloc.c, recently_deleted): making a
 * layer where another has just been deleted costs more time in that search than in anything else.
 */
public final class Placement {
  private static final int FS_IOC_GETFLAGS = 0x80086601;
  private static final int FS_IOC_SETFLAGS = 0x40086602;
  private static final int TOP_OF_HIERARCHIES = 0x20000;

  private Placement() {}

  /**
   * Directories made in this one from now on are told to be hierarchies of their own (chattr(1),
   * attribute T), which ext4 spreads over the disk. May be repeated; where a file system knows no
   * such thing, nothing happens.
   */
  public static void spreadBelow(Path directory) throws IOException {
    Blocking.run(
        () -> {
          try (var opened = Descriptor.open(directory, Architecture.O_DIRECTORY);
              var memory = new Strings()) {
            var flags = memory.block(Long.BYTES);
            if (Native.call(Call.IOCTL, opened.number(), FS_IOC_GETFLAGS, flags.address()) >= 0) {
              flags.set(JAVA_INT, 0, flags.get(JAVA_INT, 0) | TOP_OF_HIERARCHIES);
              // Not supported, not allowed: then as it was.
              return Native.call(Call.IOCTL, opened.number(), FS_IOC_SETFLAGS, flags.address());
            }
            return -1L;
          }
        });
  }
}
