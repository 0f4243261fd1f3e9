package io.gantry.agent.host.kernel.tree;

import java.io.IOException;

/** A file call that failed: what was tried, on what, and the kernel's reason. */
public final class TreeException extends IOException {
  private static final long serialVersionUID = 1;
  public static final int ENOENT = 2;
  static final int EAGAIN = 11;
  public static final int EEXIST = 17;
  public static final int ENOTDIR = 20;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int ENAMETOOLONG = 36;
  public static final int ELOOP = 40;
  public static final int EOPNOTSUPP = 95;

  private final int errno;

  private TreeException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  static TreeException of(String what, String name, int errno) {
    return new TreeException(
        "cannot %s %s: %s".formatted(what, name, FileCalls.message(errno)), errno);
  }

  public int errno() {
    return errno;
  }
}
