package io.gantry.agent.image;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** A stream that is hashed, counted and bounded while it is written. */
final class TarSink extends FilterOutputStream {
  private final MessageDigest hasher = Digest.hasher();
  private final long most;
  private long count;

  TarSink(OutputStream out, long most) {
    super(out);
    this.most = most;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    count += length;
    if (count > most) {
      throw new BadImage("layer is larger than %d bytes".formatted(most));
    }
    hasher.update(bytes, offset, length);
    out.write(bytes, offset, length);
  }

  long count() {
    return count;
  }

  /** Of all that was written. Once. */
  Digest digest() {
    return Digest.ofHash(hasher.digest());
  }
}
