package io.gantry.ops.scale;

import java.util.Arrays;

/** Times that were measured, in milliseconds. */
record Times(double... sorted) {
  Times {
    sorted = sorted.clone();
    Arrays.sort(sorted);
  }

  /** The smallest that so many of a hundred do not exceed. */
  double percentile(double percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    var rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(1, rank) - 1];
  }

  double max() {
    return percentile(100);
  }

  static double millis(long nanos) {
    return nanos / 1e6;
  }
}
