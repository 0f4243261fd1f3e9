package io.gantry.agent.container.log;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The time at the beginning of a line: RFC 3339 with up to nine digits of a fraction. Lines of one
 * second share their first nineteen bytes, so those are parsed once.
 */
final class LogTime {
  private static final int TO_SECOND = 19;
  private static final int NANO_DIGITS = 9;
  private static final int OFFSET_LENGTH = 6;

  private final byte[] known = new byte[TO_SECOND];
  private long knownSecond;
  private boolean any;

  private long second;
  private int nano;

  long second() {
    return second;
  }

  int nano() {
    return nano;
  }

  /** Position behind the time, or -1: there is none. */
  int parse(byte[] bytes, int from, int to) {
    if (to - from < TO_SECOND + 1) {
      return -1;
    }
    if (!any || mismatch(bytes, from)) {
      if (!readSecond(bytes, from)) {
        return -1;
      }
    }
    var at = from + TO_SECOND;
    var fraction = 0;
    if (bytes[at] == '.') {
      at++;
      var digits = 0;
      while (at < to && bytes[at] >= '0' && bytes[at] <= '9' && digits < NANO_DIGITS) {
        fraction = fraction * 10 + (bytes[at] - '0');
        digits++;
        at++;
      }
      for (var i = digits; i < NANO_DIGITS; i++) {
        fraction *= 10;
      }
    }
    nano = fraction;
    return offset(bytes, at, to);
  }

  private int offset(byte[] bytes, int at, int to) {
    if (at < to && bytes[at] == 'Z') {
      second = knownSecond;
      return at + 1;
    }
    if (at + OFFSET_LENGTH > to || bytes[at + 3] != ':' || bytes[at] != '+' && bytes[at] != '-') {
      return -1;
    }
    var hours = number(bytes, at + 1, 2);
    var minutes = number(bytes, at + 4, 2);
    if (hours < 0 || minutes < 0) {
      return -1;
    }
    var seconds = (hours * 60L + minutes) * 60L;
    second = bytes[at] == '+' ? knownSecond - seconds : knownSecond + seconds;
    return at + OFFSET_LENGTH;
  }

  private boolean mismatch(byte[] bytes, int from) {
    // From the end: that is where they differ.
    for (var i = TO_SECOND - 1; i >= 0; i--) {
      if (bytes[from + i] != known[i]) {
        return true;
      }
    }
    return false;
  }

  private boolean readSecond(byte[] bytes, int from) {
    if (bytes[from + 4] != '-'
        || bytes[from + 7] != '-'
        || bytes[from + 10] != 'T'
        || bytes[from + 13] != ':'
        || bytes[from + 16] != ':') {
      return false;
    }
    try {
      knownSecond =
          LocalDateTime.of(
                  number(bytes, from, 4),
                  number(bytes, from + 5, 2),
                  number(bytes, from + 8, 2),
                  number(bytes, from + 11, 2),
                  number(bytes, from + 14, 2),
                  // A leap second is the last of its minute.
                  Math.min(59, number(bytes, from + 17, 2)))
              .toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException impossible) {
      return false;
    }
    System.arraycopy(bytes, from, known, 0, TO_SECOND);
    any = true;
    return true;
  }

  private static int number(byte[] bytes, int from, int digits) {
    var number = 0;
    for (var i = from; i < from + digits; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      number = number * 10 + (bytes[i] - '0');
    }
    return number;
  }
}
