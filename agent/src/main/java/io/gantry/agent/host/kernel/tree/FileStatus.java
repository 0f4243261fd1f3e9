package io.gantry.agent.host.kernel.tree;

/**
 * What the kernel knows of a file, not following a symbolic link.
 *
 * @param mode type and permission bits as in stat(2)
 * @param device of the file system it lies on
 * @param special major and minor number of a device node, as makedev(3) joins them
 */
public record FileStatus(
    int mode,
    int uid,
    int gid,
    long size,
    long inode,
    long device,
    int links,
    long special,
    long mtimeSeconds,
    int mtimeNanos,
    long blocks) {
  public static final int TYPE = 0170000;
  public static final int REGULAR = 0100000;
  public static final int DIRECTORY = 0040000;
  public static final int SYMLINK = 0120000;
  public static final int CHARACTER = 0020000;
  public static final int BLOCK = 0060000;
  public static final int FIFO = 0010000;
  public static final int SOCKET = 0140000;

  public int type() {
    return mode & TYPE;
  }

  public int permissions() {
    return mode & 07777;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  /** The kernel's overlay hides a lower file by a device 0, 0 of its name. */
  public boolean isWhiteout() {
    return type() == CHARACTER && special == 0;
  }

  public long major() {
    return ((special >>> 8) & 0xfff) | ((special >>> 32) & 0xfffff000L);
  }

  public long minor() {
    return (special & 0xff) | ((special >>> 12) & 0xffffff00L);
  }

  /** As makedev(3). */
  public static long device(long major, long minor) {
    return (minor & 0xff)
        | ((major & 0xfff) << 8)
        | ((minor & ~0xffL) << 12)
        | ((major & ~0xfffL) << 32);
  }
}
