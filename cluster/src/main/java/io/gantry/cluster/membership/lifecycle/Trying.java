package io.gantry.cluster.membership.lifecycle;

import java.time.Duration;

/**
 * Something that is tried until it works, ever more seldom: how long to wait, and whether there is
 * anything new to say of it.
 *
 * @param failures since it worked last
 * @param why it failed last; empty: it works
 */
public record Trying(int failures, String why) {
  public static final Trying WORKS = new Trying(0, "");

  /** Longer is not waited: what stood in the way may go at any moment, and nobody says so. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  private static final int MOST_DOUBLINGS = 10;

  public Trying failed(String reason) {
    return new Trying(failures + 1, reason.isEmpty() ? "no reason was given" : reason);
  }

  public boolean works() {
    return failures == 0;
  }

  /** Whether it fails for another reason than {@code before}: the same one is said once. */
  public boolean isNewsAfter(Trying before) {
    return !why.equals(before.why);
  }

  /** {@code usual}: while it works, and after the first failure; twice as long after each other. */
  public Duration pause(Duration usual) {
    if (failures < 2) {
      return usual;
    }
    var longer = usual.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    var longest = LONGEST.compareTo(usual) > 0 ? LONGEST : usual;
    return longer.compareTo(longest) < 0 ? longer : longest;
  }
}
