package io.gantry.cluster.peer;

/**
 * The version of what hosts say to each other. Fields are added without a new one; it grows when an
 * older host would do the wrong thing with a message that it can read.
 */
public final class Protocol {
  public static final int CURRENT = 1;

  /** The oldest that this release works with: of the release before. */
  public static final int OLDEST = 1;

  private Protocol() {}

  /** A newer peer knows how to speak to us; it says so by not refusing us. */
  public static boolean understands(int version) {
    return version >= OLDEST;
  }
}
