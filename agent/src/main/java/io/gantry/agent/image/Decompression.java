package io.gantry.agent.image;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A decompressor over bytes from strangers: whatever it fails with is their fault and a {@link
 * BadImage}, except a failure of the source itself, which passes unchanged.
 */
final class Decompression extends FilterInputStream {
  private Decompression(InputStream decompressor) {
    super(decompressor);
  }

  /** Makes a decompressor of a source; may fail on the first bytes already. */
  interface Maker {
    InputStream make(InputStream source) throws IOException;
  }

  static InputStream of(InputStream source, Maker maker) throws IOException {
    return guarded(() -> new Decompression(maker.make(new Source(source))));
  }

  @Override
  public int read() throws IOException {
    return guarded(in::read);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return guarded(() -> in.read(buffer, offset, length));
  }

  @Override
  public void close() throws IOException {
    guarded(
        () -> {
          in.close();
          return true;
        });
  }

  private interface Operation<T> {
    T run() throws IOException;
  }

  private static <T> T guarded(Operation<T> operation) throws IOException {
    try {
      return operation.run();
    } catch (SourceFailed failed) {
      throw failed.failure;
    } catch (EOFException e) {
      throw new BadImage("compressed data is corrupt: unexpected EOF");
    } catch (IOException | RuntimeException e) {
      throw new BadImage("compressed data is corrupt: " + e.getMessage());
    }
  }

  private static final class SourceFailed extends IOException {
    private static final long serialVersionUID = 1;
    private final IOException failure;

    SourceFailed(IOException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  private static final class Source extends FilterInputStream {
    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw new SourceFailed(e);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        throw new SourceFailed(e);
      }
    }
  }
}
