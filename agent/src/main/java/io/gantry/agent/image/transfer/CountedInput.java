package io.gantry.agent.image.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how far a stream has been read. */
final class CountedInput extends FilterInputStream {
  private final LongConsumer told;
  private long count;

  CountedInput(InputStream in, LongConsumer told) {
    super(in);
    this.told = told;
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
      told.accept(count);
    }
    return got;
  }
}
