package io.gantry.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.gantry.protocol.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** How values are written for people and for programs. */
final class Text {
  private Text() {}

  static String shortId(String id) {
    var digits = id.startsWith("sha256:") ? id.substring(7) : id;
    return digits.length() > 12 ? digits.substring(0, 12) : digits;
  }

  static String ago(Timestamp time) {
    return about(Duration.between(Moments.instant(time), Instant.now())) + " ago";
  }

  /**
   * "3 minutes": the largest unit that has at least one, two of it for units that people count
   * further in.
   */
  static String about(Duration duration) {
    var seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return count(seconds, "second");
    }
    if (seconds < 3600) {
      return count(seconds / 60, "minute");
    }
    if (seconds < 48 * 3600) {
      return count(seconds / 3600, "hour");
    }
    if (seconds < 14 * 86400) {
      return count(seconds / 86400, "day");
    }
    if (seconds < 60 * 86400) {
      return count(seconds / (7 * 86400), "week");
    }
    return seconds < 2 * 365 * 86400L
        ? count(seconds / (30 * 86400), "month")
        : count(seconds / (365 * 86400), "year");
  }

  private static String count(long number, String unit) {
    return number == 1 ? "1 " + unit : number + " " + unit + "s";
  }

  /** "4.03MB", in powers of a thousand. */
  static String size(long bytes) {
    double value = bytes;
    for (var unit : new String[] {"B", "kB", "MB", "GB", "TB"}) {
      if (value < 1000 || unit.equals("TB")) {
        return unit.equals("B") ? bytes + "B" : "%s%s".formatted(digits(value), unit);
      }
      value /= 1000;
    }
    throw new AssertionError("the last unit always fits");
  }

  private static String digits(double value) {
    return value < 10
        ? String.format(Locale.ROOT, "%.2f", value)
        : value < 100
            ? String.format(Locale.ROOT, "%.1f", value)
            : String.format(Locale.ROOT, "%.0f", value);
  }

  /** One line. */
  static String json(MessageOrBuilder message) {
    return print(JsonFormat.printer().omittingInsignificantWhitespace(), message);
  }

  static String prettyJson(MessageOrBuilder message) {
    return print(JsonFormat.printer(), message);
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("a message without Any fields is not JSON", impossible);
    }
  }
}
