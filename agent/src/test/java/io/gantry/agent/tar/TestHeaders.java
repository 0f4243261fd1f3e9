package io.gantry.agent.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Header blocks by hand, for what no well-behaved writer makes. */
final class TestHeaders {
  private TestHeaders() {}

  static byte[] header(String name, char type, long size) {
    var block = new byte[512];
    put(block, 0, name);
    put(block, 100, "0000644");
    put(block, 108, "0000000");
    put(block, 116, "0000000");
    put(block, 124, String.format("%011o", size));
    put(block, 136, "00000000000");
    block[156] = (byte) type;
    put(block, 257, "ustar\00000");
    return checksummed(block);
  }

  static byte[] checksummed(byte[] block) {
    Arrays.fill(block, 148, 156, (byte) ' ');
    var sum = 0;
    for (var value : block) {
      sum += value & 0xff;
    }
    put(block, 148, String.format("%06o\0 ", sum));
    return block;
  }

  /** A PAX record whose length is {@code off} from right. */
  static String record(String key, String value, int off) {
    var rest = " " + key + "=" + value + "\n";
    var length = rest.length() + 1;
    while (Integer.toString(length).length() + rest.length() != length) {
      length++;
    }
    return (length + off) + rest;
  }

  private static void put(byte[] block, int offset, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }
}
