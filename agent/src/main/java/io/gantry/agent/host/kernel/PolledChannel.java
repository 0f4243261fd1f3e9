package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bytes of a pipe, a FIFO, a terminal or a socket. Who waits parks and holds no thread, so
 * thousands may wait at once. One thread may read while another writes; closing wakes both with an
 * {@link java.nio.channels.AsynchronousCloseException}.
 */
public final class PolledChannel implements ByteChannel {
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;
  private static final int LARGEST_STEP = 64 * 1024;
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final Descriptor descriptor;
  private final Poller.Watched watched;
  private boolean closed;

  /** Takes the descriptor over: closing this closes it. */
  public PolledChannel(Descriptor descriptor) throws IOException {
    this.descriptor = descriptor;
    var flags = Native.call(Call.FCNTL, descriptor.number(), F_GETFL, 0);
    var set = Native.call(Call.FCNTL, descriptor.number(), F_SETFL, flags | O_NONBLOCK);
    SystemCallFailed.check(set, Call.FCNTL, "O_NONBLOCK");
    this.watched = Poller.shared().watch(descriptor.number());
  }

  /** Minus one at the end. */
  @Override
  public int read(ByteBuffer into) throws IOException {
    return read(into, FOR_EVER);
  }

  /** Fails with {@link InterruptedByTimeoutException} when nothing came in time. */
  public int read(ByteBuffer into, Duration patience) throws IOException {
    if (!into.hasRemaining()) {
      return 0;
    }
    try (var memory = new Strings()) {
      var native_ = memory.block(Math.min(into.remaining(), LARGEST_STEP));
      while (true) {
        var count = attempt(Call.READ, native_, (int) native_.byteSize());
        if (count >= 0) {
          into.put(native_.asSlice(0, count).asByteBuffer());
          return count == 0 ? -1 : (int) count;
        }
        await(watched.readable(), patience);
      }
    }
  }

  /** Writes everything, waiting as long as the reader takes. */
  @Override
  public int write(ByteBuffer from) throws IOException {
    var written = 0;
    while (from.hasRemaining()) {
      written += writeOnce(from);
    }
    return written;
  }

  /** One write(2), which is one packet on a packet socket. */
  int writeOnce(ByteBuffer from) throws IOException {
    try (var memory = new Strings()) {
      var length = Math.min(from.remaining(), LARGEST_STEP);
      var native_ = memory.block(length);
      native_.copyFrom(MemorySegment.ofBuffer(from).asSlice(0, length));
      while (true) {
        var count = attempt(Call.WRITE, native_, length);
        if (count >= 0) {
          from.position(from.position() + (int) count);
          return (int) count;
        }
        await(watched.writable(), FOR_EVER);
      }
    }
  }

  /** Negative: it would block. The lock keeps the number from being closed and used again. */
  private long attempt(Call call, MemorySegment memory, int length) throws IOException {
    long result;
    synchronized (this) {
      if (closed) {
        throw new ClosedChannelException();
      }
      result = Native.call(call, descriptor.number(), memory.address(), length);
    }
    if (result < 0 && result != -Errno.EAGAIN) {
      throw new SystemCallFailed(call.text(), (int) -result);
    }
    return result;
  }

  /** Runs a short call on the descriptor while it cannot be closed. */
  synchronized long onDescriptor(Call call, long argument) throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
    return Native.call(call, descriptor.number(), argument);
  }

  /** Of a pipe or a socket. */
  synchronized long inode() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    var name = Files.readSymbolicLink(descriptor.path()).toString();
    return Long.parseLong(name.substring(name.indexOf('[') + 1, name.length() - 1));
  }

  private static void await(CompletableFuture<Void> ready, Duration patience) throws IOException {
    try {
      ready.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new InterruptedByTimeoutException();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a descriptor");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException known
          ? known
          : new IOException(failed.getCause());
    }
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      watched.close();
      descriptor.close();
    }
  }
}
