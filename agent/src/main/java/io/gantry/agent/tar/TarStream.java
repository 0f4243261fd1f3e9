package io.gantry.agent.tar;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Bytes that are made while they are read. The work begins with the reader, on a thread of its own;
 * its failure fails the source, so that nobody takes half a tar for a whole one.
 */
public final class TarStream {
  private static final Duration CLIENT_SILENCE = Duration.ofHours(1);
  private static final int CHUNK = 1 << 16;

  private TarStream() {}

  /** Writes all of it, blocking where the reader is slow. */
  @FunctionalInterface
  public interface Work {
    void writeTo(OutputStream out) throws IOException;
  }

  public static Source<ByteString, NotUsed> of(Executor threads, Work work) {
    return Source.lazySource(
            () -> {
              var end = new CompletableFuture<List<ByteString>>();
              return StreamConverters.asOutputStream(CLIENT_SILENCE)
                  .mapMaterializedValue(
                      out -> {
                        threads.execute(() -> run(work, out, end));
                        return NotUsed.getInstance();
                      })
                  .concat(Source.completionStage(end).mapConcat(none -> none));
            })
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static void run(Work work, OutputStream out, CompletableFuture<List<ByteString>> end) {
    try (out;
        var buffered = new BufferedOutputStream(out, CHUNK)) {
      work.writeTo(buffered);
      buffered.flush();
      end.complete(List.of());
    } catch (IOException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }
}
