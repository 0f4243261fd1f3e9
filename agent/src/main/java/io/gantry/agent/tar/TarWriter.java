package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.tar.TarEntry.Type;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes POSIX tar (pax), always the same bytes for the same input. Plain files and directories
 * have owner 0 and time 0; {@link #entry} keeps all an entry says. Holes are written as zeros,
 * because not every tar knows sparse files (OCI image-spec, layer.md).
 */
public final class TarWriter {
  private final OutputStream out;
  private final byte[] buffer = new byte[1 << 17];

  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /** Where a file's bytes come from; -1 at the end. */
  @FunctionalInterface
  public interface Bytes {
    int read(byte[] buffer, int offset, int length) throws IOException;
  }

  public void directory(String name) throws IOException {
    plain('5', name, 0755, 0);
  }

  public void file(String name, byte[] bytes) throws IOException {
    plain('0', name, 0644, bytes.length);
    out.write(bytes);
    pad(bytes.length);
  }

  /** {@code in} must give exactly {@code size} bytes. */
  public void file(String name, long size, InputStream in) throws IOException {
    plain('0', name, 0644, size);
    copy(name, size, in::read);
  }

  /** Anything but a file with bytes. */
  public void entry(TarEntry entry) throws IOException {
    entry(entry, (_, _, _) -> -1);
  }

  /** {@code bytes} must give exactly what the entry's size says, if it is a file. */
  public void entry(TarEntry entry, Bytes bytes) throws IOException {
    var size = entry.type() == Type.FILE ? entry.size() : 0;
    PaxHeader.of(entry).writeTo(out);
    out.write(
        new TarHeader(flag(entry.type()), entry.name())
            .link(entry.linkName())
            .mode(entry.mode())
            .owner(entry.uid(), entry.gid())
            .size(size)
            .time(entry.mtimeSeconds())
            .device(entry.deviceMajor(), entry.deviceMinor())
            .bytes());
    copy(entry.name(), size, bytes);
  }

  private static char flag(Type type) {
    return switch (type) {
      case FILE -> '0';
      case HARD_LINK -> '1';
      case SYMLINK -> '2';
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case DIRECTORY -> '5';
      case FIFO -> '6';
    };
  }

  private void copy(String name, long size, Bytes bytes) throws IOException {
    long left = size;
    while (left > 0) {
      var got = bytes.read(buffer, 0, (int) Math.min(buffer.length, left));
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
    out.write(new byte[2 * TarHeader.BLOCK]);
    out.flush();
  }

  private void pad(long size) throws IOException {
    var missing = (int) (-size & (TarHeader.BLOCK - 1));
    if (missing > 0) {
      out.write(new byte[missing]);
    }
  }

  private void plain(char type, String text, int mode, long size) throws IOException {
    var name = ByteStrings.fromText(text);
    if (name.length() > TarHeader.LONGEST_NAME) {
      throw new IOException("name is longer than 100 bytes: " + text);
    }
    out.write(new TarHeader(type, name).mode(mode).owner(0, 0).size(size).time(0).bytes());
  }
}
