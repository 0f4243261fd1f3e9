package io.gantry.agent.host.kernel;

import java.lang.foreign.MemorySegment;

/** Error numbers that code tells apart, and the C library's words for all of them. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int ENXIO = 6;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int EPIPE = 32;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ELOOP = 40;
  public static final int EXFULL = 54;
  public static final int EOPNOTSUPP = 95;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENOBUFS = 105;
  public static final int ENOTCONN = 107;
  public static final int ECONNRESET = 104;

  private static final int LONGEST_TEXT = 256;

  private Errno() {}

  /** As {@code strerror(3)} says it, which keeps the text in memory of the calling thread. */
  public static String text(int errno) {
    var address = Native.function(Native.symbol("strerror"), errno);
    return address == 0
        ? "error " + errno
        : MemorySegment.ofAddress(address).reinterpret(LONGEST_TEXT).getString(0);
  }
}
