package io.gantry.protocol;

/** What this build of Gantry calls itself, agent and command line alike. */
public final class Release {
  /** Three numbers, as clients of Docker expect of a server: {@code major.minor.patch}. */
  public static final String VERSION = "0.1.0";

  private Release() {}
}
