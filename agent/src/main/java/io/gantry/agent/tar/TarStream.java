package io.gantry.agent.tar;

import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bytes that are made while they are read. The work begins with the reader, on a thread of its own;
 * its failure fails the source, so that nobody takes half a tar for a whole one, and a reader that
 * leaves ends it. A source is read once.
 *
 * <p>A reader that stands still holds a few buffers. So that any number of such readers costs
 * little memory, only so many are written for at once; others wait for one that ends.
 */
public final class TarStream {
  private static final int CHUNK = 1 << 16;
  private static final int CHUNKS_AHEAD = 2;
  static final int AT_ONCE = 32;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Semaphore PLACES = new Semaphore(AT_ONCE, true);

  private TarStream() {}

  /** Writes all of it, blocking where the reader is slow. */
  @FunctionalInterface
  public interface Work {
    void writeTo(OutputStream out) throws IOException;
  }

  public static Source<ByteString, NotUsed> of(Executor threads, Work work) {
    return Source.<ByteString>queue(CHUNKS_AHEAD, OverflowStrategy.backpressure())
        .mapMaterializedValue(
            reader -> {
              threads.execute(() -> run(work, reader));
              return NotUsed.getInstance();
            });
  }

  private static void run(Work work, SourceQueueWithComplete<ByteString> reader) {
    try {
      if (!PLACES.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("%d archives are being read already".formatted(AT_ONCE));
      }
      try {
        var buffered = new BufferedOutputStream(new ToReader(reader), CHUNK);
        work.writeTo(buffered);
        buffered.flush();
        reader.complete();
      } finally {
        PLACES.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reader.fail(e);
    } catch (IOException | RuntimeException e) {
      reader.fail(e);
    }
  }

  /** Fails as soon as the reader has left, also while it waits for it. */
  private static final class ToReader extends OutputStream {
    private final SourceQueueWithComplete<ByteString> reader;

    ToReader(SourceQueueWithComplete<ByteString> reader) {
      this.reader = reader;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        var piece = ByteString.fromArray(bytes, offset, length);
        if (!reader.offer(piece).toCompletableFuture().get().isEnqueued()) {
          throw new IOException("the reader has left");
        }
      } catch (ExecutionException e) {
        throw new IOException("the reader has left", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for the reader");
      }
    }
  }
}
