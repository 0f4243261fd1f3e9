package io.gantry.agent.docker;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Times in queries: seconds, seconds with a fraction, RFC 3339, or how long ago. */
final class Timestamps {
  private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,18})?");
  private static final Pattern AGO =
      Pattern.compile("(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9}(?:\\.[0-9]{1,9})?)s)?");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  private Timestamps() {}

  /** Empty for an absent value, and for 0: no bound. */
  static Optional<Instant> bound(Call call, String name, Instant now) {
    var text = call.given(name);
    return text.isEmpty() || text.get().equals("0")
        ? Optional.empty()
        : Optional.of(parse(name, text.get(), now));
  }

  /**
   * @throws Refusal naming the parameter
   */
  static Instant parse(String name, String text, Instant now) {
    try {
      if (SECONDS.matcher(text).matches()) {
        return seconds(text);
      }
      if (!text.isEmpty() && AGO.matcher(text).matches()) {
        return ago(text, now);
      }
      if (DATE.matcher(text).matches()) {
        return LocalDateTime.parse(text + "T00:00:00").toInstant(ZoneOffset.UTC);
      }
      return text.matches(".*(Z|[+-][0-9]{2}:?[0-9]{2})$")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw Refusal.invalid("invalid value for \"%s\": \"%s\" is not a time".formatted(name, text));
    }
  }

  private static Instant seconds(String text) {
    var value = new BigDecimal(text);
    var whole = value.toBigInteger().longValue();
    var nanos = value.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
    return Instant.ofEpochSecond(whole, nanos);
  }

  private static Instant ago(String text, Instant now) {
    var parts = AGO.matcher(text);
    parts.matches();
    var duration =
        Duration.ofHours(number(parts.group(1)))
            .plusMinutes(number(parts.group(2)))
            .plusNanos(
                parts.group(3) == null
                    ? 0
                    : new BigDecimal(parts.group(3)).movePointRight(9).longValue());
    return now.minus(duration);
  }

  private static long number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
