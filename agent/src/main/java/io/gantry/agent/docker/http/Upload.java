package io.gantry.agent.docker.http;

import akka.util.ByteString;
import io.gantry.agent.socket.Budget;
import io.gantry.agent.socket.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The body of one request, past the HTTP server: whoever carries the request out reads it from the
 * connection, on a thread of its own. Nobody else reads there until the connection is given back,
 * with what is left: at the end of the body, or when this is closed before.
 *
 * <p>Read by one thread at a time. Has to be read to its end or closed, by any thread: what another
 * is reading just then still comes. A client that leaves in the middle is an {@link EOFException}.
 */
final class Upload extends InputStream {
  private static final int LARGE = 128 << 10;
  private static final int SMALL = 8 << 10;

  /** Of large buffers there are few; who comes when they are out reads in smaller pieces. */
  private static final Queue<ByteBuffer> BUFFERS = new ConcurrentLinkedQueue<>();

  private static final Budget MOST = new Budget(16 * LARGE);

  private final Inbox inbox;
  private final Connection connection;
  private final BodyDecoder decoder;
  private final Consumer<Rest> giveBack;
  private final byte[] single = new byte[1];
  private final ReentrantLock inUse = new ReentrantLock();
  private volatile boolean closing;
  private ByteBuffer buffer;
  private boolean given;

  /**
   * What is left of a body.
   *
   * @param bytes that came and were not read
   * @param decoder how it goes on; ended: the bytes are the next request's
   */
  record Rest(ByteString bytes, BodyDecoder decoder) {}

  /** {@code begin}: what came together with the request's head. */
  Upload(
      Inbox inbox,
      Connection connection,
      ByteString begin,
      BodyDecoder decoder,
      Consumer<Rest> giveBack) {
    this.inbox = inbox;
    this.connection = connection;
    this.decoder = decoder;
    this.giveBack = giveBack;
    this.buffer = begin.toByteBuffer();
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    inUse.lock();
    try {
      return readNow(bytes, offset, length);
    } finally {
      inUse.unlock();
      giveBackIfClosed();
    }
  }

  private int readNow(byte[] bytes, int offset, int length) throws IOException {
    if (given) {
      if (decoder.ended()) {
        return -1;
      }
      throw new IOException("the request's body was closed");
    }
    if (length == 0) {
      return 0;
    }
    while (!decoder.ended()) {
      if (!buffer.hasRemaining()) {
        receive();
      }
      var count = decoder.decode(buffer, bytes, offset, length);
      if (count > 0) {
        return count;
      }
    }
    giveBack();
    return -1;
  }

  private void receive() throws IOException {
    try {
      var read = inbox.takeOver();
      if (!read.isEmpty()) {
        release();
        buffer = read.toByteBuffer();
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the client was sending");
    }
    if (buffer.isReadOnly() || buffer.capacity() < SMALL) {
      buffer = allocated();
    }
    buffer.clear();
    var count = connection.read(buffer);
    buffer.flip();
    if (count < 0) {
      throw new EOFException("unexpected EOF");
    }
  }

  private static ByteBuffer allocated() {
    var kept = BUFFERS.poll();
    if (kept != null) {
      return kept;
    }
    return MOST.take(LARGE) ? ByteBuffer.allocateDirect(LARGE) : ByteBuffer.allocate(SMALL);
  }

  private void release() {
    if (buffer.isDirect()) {
      BUFFERS.add(buffer);
    }
  }

  @Override
  public void close() {
    closing = true;
    giveBackIfClosed();
  }

  /** Whoever is reading does it afterwards. */
  private void giveBackIfClosed() {
    if (closing && inUse.tryLock()) {
      try {
        giveBack();
      } finally {
        inUse.unlock();
      }
    }
  }

  private void giveBack() {
    if (!given) {
      given = true;
      var rest = ByteString.fromByteBuffer(buffer);
      release();
      buffer = ByteBuffer.allocate(0);
      inbox.handBack();
      giveBack.accept(new Rest(rest, decoder));
    }
  }
}
