package io.gantry.agent.tar;

/** Numbers in header fields: octal text, or base-256 when the first bit is set (GNU). */
final class TarNumbers {
  private TarNumbers() {}

  static long read(byte[] block, int offset, int length, String field) throws TarException {
    return (block[offset] & 0x80) != 0
        ? base256(block, offset, length, field)
        : octal(block, offset, length, field);
  }

  private static long base256(byte[] block, int offset, int length, String field)
      throws TarException {
    var negative = (block[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (var i = 0; i < length; i++) {
      var digit = block[offset + i] & 0xff;
      if (i == 0) {
        digit = negative ? digit | 0x80 : digit & 0x7f;
        value = negative ? (byte) digit : digit;
        continue;
      }
      if (value > (Long.MAX_VALUE >> 8) || value < (Long.MIN_VALUE >> 8)) {
        throw new TarException("invalid tar header: " + field + " is too large");
      }
      value = value << 8 | digit;
    }
    return value;
  }

  private static long octal(byte[] block, int offset, int length, String field)
      throws TarException {
    int start = offset;
    int end = offset + length;
    while (start < end && (block[start] == ' ' || block[start] == 0)) {
      start++;
    }
    long value = 0;
    for (; start < end && block[start] != ' ' && block[start] != 0; start++) {
      var digit = block[start] - '0';
      if (digit < 0 || digit > 7 || value > Long.MAX_VALUE >> 3) {
        throw new TarException("invalid tar header: " + field + " is no octal number");
      }
      value = value << 3 | digit;
    }
    return value;
  }

  static long decimal(String text, String field) throws TarException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TarException("invalid tar header: " + field + " is no number");
    }
  }
}
