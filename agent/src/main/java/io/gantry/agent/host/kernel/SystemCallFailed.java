package io.gantry.agent.host.kernel;

import java.io.IOException;

/** A system call said no: "mount overlay on /x: No such device". */
public final class SystemCallFailed extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public SystemCallFailed(String tried, int errno) {
    super(tried + ": " + Errno.text(errno));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  /** {@code result} of {@link Native#call}, unless it is a failure. */
  static long check(long result, Call call, Object on) throws SystemCallFailed {
    if (result < 0) {
      throw new SystemCallFailed(call.text() + " " + on, (int) -result);
    }
    return result;
  }
}
