package io.gantry.agent.image.transfer;

/** Lets one in a tenth of a second through: bars need no more. One thread. */
final class Pace {
  private static final long PERIOD = 100_000_000;
  private long next = System.nanoTime();

  boolean allows() {
    var now = System.nanoTime();
    if (now - next < 0) {
      return false;
    }
    next = now + PERIOD;
    return true;
  }
}
