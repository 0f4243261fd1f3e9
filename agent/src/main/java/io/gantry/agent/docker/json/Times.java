package io.gantry.agent.docker.json;

import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as Go prints them with RFC3339Nano: no trailing zeros in the fraction. */
public final class Times {
  public static final String NEVER = "0001-01-01T00:00:00Z";
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private Times() {}

  public static boolean isNever(Timestamp time) {
    return time.getSeconds() == 0 && time.getNanos() == 0;
  }

  public static String rfc3339(Timestamp time) {
    return isNever(time) ? NEVER : rfc3339(Moments.instant(time));
  }

  public static String rfc3339(Instant time) {
    var seconds = SECONDS.format(time);
    var nanos = time.getNano();
    if (nanos == 0) {
      return seconds + "Z";
    }
    var digits = "%09d".formatted(nanos);
    var end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return seconds + "." + digits.substring(0, end) + "Z";
  }

  /** All nine digits, as log lines carry them. */
  public static String rfc3339Padded(Instant time) {
    return "%s.%09dZ".formatted(SECONDS.format(time), time.getNano());
  }
}
