package io.gantry.cluster.authority;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes the few kinds of values that a certificate is made of, in the distinguished encoding of
 * ASN.1 (X.690). Reading is the JDK's.
 */
final class Der {
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int FIRST_GENERALIZED_YEAR = 2050; // RFC 5280, 4.1.2.5

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tagged(0x30, parts);
  }

  static byte[] set(byte[]... parts) {
    return tagged(0x31, parts);
  }

  static byte[] integer(BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  static byte[] yes() {
    return tagged(0x01, new byte[] {(byte) 0xff});
  }

  static byte[] text(String value) {
    return tagged(0x0c, value.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] octets(byte[] value) {
    return tagged(0x04, value);
  }

  /** {@code unused}: how many bits at the end do not count. */
  static byte[] bits(int unused, byte... value) {
    return tagged(0x03, new byte[] {(byte) unused}, value);
  }

  /** Context-specific: {@code constructed} holds whole values, else bare bytes. */
  static byte[] context(int number, boolean constructed, byte[]... parts) {
    return tagged(0x80 | (constructed ? 0x20 : 0) | number, parts);
  }

  static byte[] time(Instant at) {
    var year = at.atOffset(ZoneOffset.UTC).getYear();
    return year < FIRST_GENERALIZED_YEAR
        ? tagged(0x17, UTC_TIME.format(at).getBytes(StandardCharsets.US_ASCII))
        : tagged(0x18, GENERALIZED_TIME.format(at).getBytes(StandardCharsets.US_ASCII));
  }

  /** "2.5.4.3". */
  static byte[] object(String identifier) {
    var numbers = identifier.split("\\.");
    var bytes = new ByteArrayOutputStream();
    base128(bytes, Long.parseLong(numbers[0]) * 40 + Long.parseLong(numbers[1]));
    for (var at = 2; at < numbers.length; at++) {
      base128(bytes, Long.parseLong(numbers[at]));
    }
    return tagged(0x06, bytes.toByteArray());
  }

  private static void base128(ByteArrayOutputStream out, long number) {
    var groups = Math.max(1, (64 - Long.numberOfLeadingZeros(number) + 6) / 7);
    for (var group = groups - 1; group >= 0; group--) {
      out.write((int) (number >> (7 * group)) & 0x7f | (group > 0 ? 0x80 : 0));
    }
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    var length = 0;
    for (var part : parts) {
      length += part.length;
    }
    var out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      var bytes = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | bytes);
      for (var at = bytes - 1; at >= 0; at--) {
        out.write(length >> (8 * at));
      }
    }
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
