package io.gantry.agent.tar;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream that a thread of its own writes on, at most a megabyte behind: hashing and compressing
 * go on while the writer walks the files. A failure of the target is told by the next write, or by
 * {@link #close}, which waits until all is written and leaves the target open; only then may the
 * target be asked for anything. One writer.
 */
public final class WriteBehind extends OutputStream {
  private static final int PIECE = 1 << 18;
  private static final int PIECES = 4;

  private record Piece(byte[] bytes, int length) {}

  private static final Piece END = new Piece(new byte[0], 0);

  private final OutputStream target;
  private final BlockingQueue<Piece> waiting = new ArrayBlockingQueue<>(PIECES + 1);
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(PIECES + 1);
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private byte[] bytes = new byte[PIECE];
  private int filled;
  private int made = 1;
  private boolean closed;

  public WriteBehind(OutputStream target) {
    this.target = target;
    this.thread = Thread.ofPlatform().daemon().name("gantry-write-behind").start(this::writeAll);
  }

  private void writeAll() {
    try {
      for (var piece = waiting.take(); piece.length() > 0; piece = waiting.take()) {
        if (failure == null) {
          write(piece);
        }
        free.add(piece.bytes());
      }
    } catch (InterruptedException impossible) {
      failure = impossible;
    }
  }

  /** After a failure what comes is thrown away, so that the writer never waits in vain. */
  private void write(Piece piece) {
    try {
      target.write(piece.bytes(), 0, piece.length());
    } catch (Throwable e) {
      failure = e;
    }
  }

  @Override
  public void write(int value) throws IOException {
    if (filled == PIECE) {
      pass();
    }
    bytes[filled++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    for (var done = 0; done < length; ) {
      if (filled == PIECE) {
        pass();
      }
      var some = Math.min(length - done, PIECE - filled);
      System.arraycopy(source, offset + done, bytes, filled, some);
      filled += some;
      done += some;
    }
  }

  private void pass() throws IOException {
    check();
    try {
      waiting.put(new Piece(bytes, filled));
      filled = 0;
      var next = free.poll();
      bytes = next != null ? next : made++ < PIECES ? new byte[PIECE] : free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to write");
    }
  }

  private void check() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IOException(e);
    }
  }

  /** All that came is written, or has failed. Repeating it does nothing. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    var interrupted = false;
    var last = filled == 0;
    for (; ; ) {
      try {
        if (!last) {
          waiting.put(new Piece(bytes, filled));
          last = true;
        }
        waiting.put(END);
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    check();
  }
}
