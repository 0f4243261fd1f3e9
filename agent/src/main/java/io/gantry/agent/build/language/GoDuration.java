package io.gantry.agent.build.language;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations as Go writes them: 1h2m3.5s, 300ms. */
final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /** In nanoseconds. Of more than 292 years there is none. */
  static long nanos(String text) throws Malformed {
    var matcher = PART.matcher(text);
    var end = 0;
    var nanos = BigDecimal.ZERO;
    while (matcher.find() && matcher.start() == end) {
      var unit = BigDecimal.valueOf(UNITS.getOrDefault(matcher.group(2), 0L));
      nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(unit));
      end = matcher.end();
    }
    if (text.equals("0")) {
      return 0;
    }
    if (end == 0
        || end != text.length()
        || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new Malformed("time: invalid duration \"%s\"".formatted(text));
    }
    return nanos.longValue();
  }
}
