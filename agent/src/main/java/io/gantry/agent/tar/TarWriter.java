package io.gantry.agent.tar;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes plain files and directories as ustar, always the same bytes for the same input: owner 0,
 * time 0.
 */
public final class TarWriter {
  private static final int BLOCK = 512;
  private static final long LARGEST_OCTAL = 077777777777L;
  private final OutputStream out;

  public TarWriter(OutputStream out) {
    this.out = out;
  }

  public void directory(String name) throws IOException {
    header(name, 0755, 0, '5');
  }

  public void file(String name, byte[] bytes) throws IOException {
    header(name, 0644, bytes.length, '0');
    out.write(bytes);
    pad(bytes.length);
  }

  /** {@code in} must give exactly {@code size} bytes. */
  public void file(String name, long size, InputStream in) throws IOException {
    header(name, 0644, size, '0');
    var buffer = new byte[1 << 16];
    long left = size;
    while (left > 0) {
      var got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (got < 0) {
        throw new IOException("%s ended %d bytes early".formatted(name, left));
      }
      out.write(buffer, 0, got);
      left -= got;
    }
    pad(size);
  }

  /** Two empty blocks. The stream is the caller's to close. */
  public void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) (-size & (BLOCK - 1))]);
  }

  private void header(String name, int mode, long size, char type) throws IOException {
    var bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 100) {
      throw new IOException("name is longer than 100 bytes: " + name);
    }
    var block = new byte[BLOCK];
    System.arraycopy(bytes, 0, block, 0, bytes.length);
    octal(block, 100, 8, mode);
    octal(block, 108, 8, 0);
    octal(block, 116, 8, 0);
    size(block, size);
    octal(block, 136, 12, 0);
    Arrays.fill(block, 148, 156, (byte) ' ');
    block[156] = (byte) type;
    System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 8);
    var sum = 0;
    for (var value : block) {
      sum += value & 0xff;
    }
    octal(block, 148, 7, sum);
    block[155] = ' ';
    out.write(block);
  }

  private static void size(byte[] block, long size) {
    if (size <= LARGEST_OCTAL) {
      octal(block, 124, 12, size);
      return;
    }
    // GNU's base-256, which every tar of this century reads.
    for (var i = 0; i < 8; i++) {
      block[135 - i] = (byte) (size >>> (8 * i));
    }
    block[124] = (byte) 0x80;
  }

  private static void octal(byte[] block, int offset, int length, long value) {
    for (var i = length - 2; i >= 0; i--) {
      block[offset + i] = (byte) ('0' + (value & 7));
      value >>>= 3;
    }
    block[offset + length - 1] = 0;
  }
}
