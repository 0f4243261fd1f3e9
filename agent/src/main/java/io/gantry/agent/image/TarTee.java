package io.gantry.agent.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/** A stream that is hashed, counted, bounded and copied while it is read. */
final class TarTee extends FilterInputStream {
  private final MessageDigest hasher = Digest.hasher();
  private final OutputStream copy;
  private final long most;
  private long count;

  TarTee(InputStream in, OutputStream copy, long most) {
    super(in);
    this.copy = copy;
    this.most = most;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    var got = in.read(buffer, offset, length);
    if (got > 0) {
      count += got;
      if (count > most) {
        throw new BadImage("layer is larger than %d bytes".formatted(most));
      }
      hasher.update(buffer, offset, got);
      copy.write(buffer, offset, got);
    }
    return got;
  }

  @Override
  public long skip(long bytes) throws IOException {
    throw new UnsupportedOperationException("what is skipped is not hashed");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  long count() {
    return count;
  }

  /** Of all that was read. Once. */
  Digest digest() {
    return Digest.ofHash(hasher.digest());
  }
}
