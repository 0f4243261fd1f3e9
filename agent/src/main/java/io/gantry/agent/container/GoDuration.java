package io.gantry.agent.container;

import java.math.BigDecimal;
import java.time.Duration;

/** Lengths of time as Go's {@code time.Duration} prints them, which is how Docker shows them. */
public final class GoDuration {
  private static final long MICROSECOND = 1_000;
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private GoDuration() {}

  /**
   * {@code "1h0m3.5s"}, {@code "30s"}, {@code "300ms"}, {@code "0s"}. Not negative, below 292
   * years.
   */
  public static String text(Duration duration) {
    var nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < MICROSECOND) {
      return nanos + "ns";
    }
    if (nanos < MILLISECOND) {
      return decimal(nanos, 3) + "µs";
    }
    if (nanos < SECOND) {
      return decimal(nanos, 6) + "ms";
    }
    var hours = duration.toHours();
    var minutes = duration.toMinutesPart();
    var seconds = decimal(nanos % (60 * SECOND), 9) + "s";
    if (hours > 0) {
      return "%dh%dm%s".formatted(hours, minutes, seconds);
    }
    return minutes > 0 ? "%dm%s".formatted(minutes, seconds) : seconds;
  }

  private static String decimal(long value, int digits) {
    var number = BigDecimal.valueOf(value, digits);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
