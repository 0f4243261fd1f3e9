package io.gantry.agent.host.kernel;

/** What differs between the two processors Gantry runs on. */
final class Architecture {
  static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

  /** {@code struct epoll_event} is packed on x86-64 only. */
  static final int EPOLL_DATA_OFFSET = ARM ? 8 : 4;

  static final int EPOLL_EVENT_SIZE = ARM ? 16 : 12;

  static {
    if (!ARM && !"amd64".equals(System.getProperty("os.arch"))) {
      throw new ExceptionInInitializerError(
          "Gantry runs on x86-64 and arm64, not on " + System.getProperty("os.arch"));
    }
  }

  private Architecture() {}
}
