package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One ustar header block. What does not fit its fields is cut; {@link PaxHeader} says it in full.
 */
final class TarHeader {
  static final int BLOCK = 512;
  static final int LONGEST_NAME = 100;
  static final long LARGEST_ID = 07777777;
  static final long LARGEST_OCTAL = 077777777777L;

  private final byte[] block = new byte[BLOCK];

  TarHeader(char type, String name) {
    block[156] = (byte) type;
    text(0, LONGEST_NAME, name);
    System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 8);
  }

  TarHeader link(String target) {
    text(157, LONGEST_NAME, target);
    return this;
  }

  TarHeader mode(int mode) {
    octal(100, 8, mode);
    return this;
  }

  TarHeader owner(long uid, long gid) {
    octal(108, 8, uid <= LARGEST_ID ? uid : 0);
    octal(116, 8, gid <= LARGEST_ID ? gid : 0);
    return this;
  }

  TarHeader size(long size) {
    if (size <= LARGEST_OCTAL) {
      octal(124, 12, size);
      return this;
    }
    // GNU's base-256, which every tar of this century reads.
    for (var i = 0; i < 8; i++) {
      block[135 - i] = (byte) (size >>> (8 * i));
    }
    block[124] = (byte) 0x80;
    return this;
  }

  TarHeader time(long seconds) {
    octal(136, 12, seconds >= 0 && seconds <= LARGEST_OCTAL ? seconds : 0);
    return this;
  }

  TarHeader device(long major, long minor) {
    octal(329, 8, major);
    octal(337, 8, minor);
    return this;
  }

  byte[] bytes() {
    Arrays.fill(block, 148, 156, (byte) ' ');
    var sum = 0;
    for (var value : block) {
      sum += value & 0xff;
    }
    octal(148, 7, sum);
    block[155] = ' ';
    return block;
  }

  private void text(int offset, int most, String byteString) {
    var bytes = ByteStrings.bytes(byteString);
    System.arraycopy(bytes, 0, block, offset, Math.min(most, bytes.length));
  }

  private void octal(int offset, int length, long value) {
    for (var i = length - 2; i >= 0; i--) {
      block[offset + i] = (byte) ('0' + (value & 7));
      value >>>= 3;
    }
    block[offset + length - 1] = 0;
  }
}
