package io.gantry.agent.tar;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A stream that a thread of its own reads half a megabyte ahead: decompressing and hashing go on
 * while the reader puts the files in place. What the source fails with, the reader gets in its
 * place.
 *
 * <p>The source belongs to that thread until {@link #close}, which ends the thread, waits for it
 * and closes the source; after the end of the stream, and after a close, what the source knows (a
 * digest, a count) may be asked for. One reader.
 */
public final class ReadAhead extends InputStream {
  private static final int PIECE = 1 << 17;
  private static final int PIECES = 4;
  private static final Duration STEP = Duration.ofMillis(10);
  private static final int STEPS_OF_PATIENCE = 500;

  private sealed interface Arrival {
    record Piece(byte[] bytes, int length) implements Arrival {}

    record End(Optional<Throwable> failure) implements Arrival {}
  }

  private static final Arrival.Piece NOTHING = new Arrival.Piece(new byte[0], 0);

  private final InputStream source;
  private final BlockingQueue<Arrival> arrived = new ArrayBlockingQueue<>(PIECES + 1);
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(PIECES);
  private final Thread thread;
  private volatile boolean closing;
  private Arrival.Piece piece = NOTHING;
  private int position;
  private boolean ended;

  public ReadAhead(InputStream source) {
    this.source = source;
    this.thread = Thread.ofPlatform().daemon().name("gantry-read-ahead").start(this::readAll);
  }

  private void readAll() {
    Optional<Throwable> failure = Optional.empty();
    try {
      for (var made = 0; ; ) {
        var bytes = free.poll();
        if (bytes == null) {
          bytes = made++ < PIECES ? new byte[PIECE] : free.take();
        }
        var length = source.readNBytes(bytes, 0, PIECE);
        if (length > 0) {
          arrived.put(new Arrival.Piece(bytes, length));
        }
        if (length < PIECE || closing) {
          break;
        }
      }
    } catch (InterruptedException e) {
      failure = Optional.of(new InterruptedIOException("reading ahead was ended"));
    } catch (Throwable e) {
      failure = Optional.of(e);
    }
    // There is always room for it: one more than there are pieces.
    arrived.offer(new Arrival.End(failure));
  }

  @Override
  public int read() throws IOException {
    return filled() ? piece.bytes()[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!filled()) {
      return -1;
    }
    var some = Math.min(length, piece.length() - position);
    System.arraycopy(piece.bytes(), position, buffer, offset, some);
    position += some;
    return some;
  }

  private boolean filled() throws IOException {
    while (position == piece.length()) {
      if (ended) {
        return false;
      }
      if (piece.length() > 0) {
        free.add(piece.bytes());
      }
      piece = NOTHING;
      position = 0;
      switch (next()) {
        case Arrival.Piece more -> piece = more;
        case Arrival.End(var failure) -> {
          ended = true;
          if (failure.isPresent()) {
            throw rethrown(failure.get());
          }
        }
      }
    }
    return true;
  }

  private Arrival next() throws IOException {
    try {
      return arrived.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for bytes");
    }
  }

  private static IOException rethrown(Throwable failure) {
    return switch (failure) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(failure);
    };
  }

  @Override
  public void close() throws IOException {
    closing = true;
    ended = true;
    var interrupted = false;
    for (var round = 0; thread.isAlive(); round++) {
      try {
        if (thread.join(STEP)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      recycle();
      if (round >= STEPS_OF_PATIENCE) {
        // Not earlier: it would break the source, which may be a part of something longer.
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }

  /** Nobody reads any more; the thread must not wait for room. */
  private void recycle() {
    for (var one = arrived.poll(); one != null; one = arrived.poll()) {
      if (one instanceof Arrival.Piece(var bytes, _)) {
        free.offer(bytes);
      }
    }
    if (piece.length() > 0) {
      free.offer(piece.bytes());
      piece = NOTHING;
    }
  }
}
