package io.gantry.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as people type them. */
final class TimeOption {
  static final String DESCRIPTION =
      "2026-11-21T12:00:00[Z], seconds since 1970, or how long ago: 90s, 10m, 2h30m";

  private static final Pattern SECONDS = Pattern.compile("(\\d{1,12})(?:\\.(\\d{1,9}))?");
  private static final Pattern AGO =
      Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?");

  private TimeOption() {}

  static Instant parse(String text) {
    var seconds = SECONDS.matcher(text);
    if (seconds.matches()) {
      var fraction = seconds.group(2) == null ? "0" : seconds.group(2);
      return Instant.ofEpochSecond(
          Long.parseLong(seconds.group(1)),
          Long.parseLong((fraction + "000000000").substring(0, 9)));
    }
    var ago = AGO.matcher(text);
    if (!text.isEmpty() && ago.matches()) {
      return Instant.now()
          .minus(Duration.ofHours(number(ago.group(1))))
          .minus(Duration.ofMinutes(number(ago.group(2))))
          .minus(Duration.ofSeconds(number(ago.group(3))));
    }
    try {
      return text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d:\\d\\d")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text.contains("T") ? text : text + "T00:00:00")
              .atZone(ZoneId.systemDefault())
              .toInstant();
    } catch (DateTimeException _) {
      throw new Failure("not a time: \"%s\" (expected %s)".formatted(text, DESCRIPTION));
    }
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
