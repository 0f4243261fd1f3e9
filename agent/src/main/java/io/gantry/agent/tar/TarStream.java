package io.gantry.agent.tar;

import akka.NotUsed;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Bytes that are made while they are read. The work begins with the reader, on a thread of its own;
 * its failure fails the source, so that nobody takes half a tar for a whole one. A source is read
 * once.
 */
public final class TarStream {
  private static final Duration CLIENT_SILENCE = Duration.ofHours(1);
  private static final int CHUNK = 1 << 18;

  private TarStream() {}

  /** Writes all of it, blocking where the reader is slow. */
  @FunctionalInterface
  public interface Work {
    void writeTo(OutputStream out) throws IOException;
  }

  public static Source<ByteString, NotUsed> of(Executor threads, Work work) {
    var failure = KillSwitches.shared("tar");
    return StreamConverters.asOutputStream(CLIENT_SILENCE)
        .mapMaterializedValue(
            out -> {
              threads.execute(() -> run(work, out, failure));
              return NotUsed.getInstance();
            })
        .via(failure.flow());
  }

  private static void run(Work work, OutputStream out, SharedKillSwitch failure) {
    try {
      var buffered = new BufferedOutputStream(out, CHUNK);
      work.writeTo(buffered);
      buffered.flush();
      out.close();
    } catch (IOException | RuntimeException e) {
      failure.abort(e);
    }
  }
}
