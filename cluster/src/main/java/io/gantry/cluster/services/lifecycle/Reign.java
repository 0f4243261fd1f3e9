package io.gantry.cluster.services.lifecycle;

import java.util.Comparator;

/**
 * The time in which one host decides about services. Each begins with a higher epoch than its host
 * has heard of; two that should begin with the same differ in the host.
 */
public record Reign(long epoch, String host) implements Comparable<Reign> {
  private static final Comparator<Reign> ORDER =
      Comparator.comparingLong(Reign::epoch).thenComparing(Reign::host);

  @Override
  public int compareTo(Reign other) {
    return ORDER.compare(this, other);
  }

  /** The first that may follow on all that is known. */
  public static Reign after(Intended intended, String host) {
    return new Reign(intended.reign().map(Reign::epoch).orElse(0L) + 1, host);
  }
}
