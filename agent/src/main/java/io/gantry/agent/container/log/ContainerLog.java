package io.gantry.agent.container.log;

import akka.Done;
import akka.NotUsed;
import akka.stream.Attributes;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.LogBatch;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A container's log as a stream. It reads as fast as it is asked to and holds about one block. A
 * follower waits on a virtual thread for the kernel to tell, and ends when the run has ended and
 * every line of it was given.
 */
public final class ContainerLog {
  /** Akka reads a resource in an island of its own and would have sixteen blocks on their way. */
  private static final Flow<LogBatch, LogBatch, NotUsed> FEW_AHEAD =
      Flow.<LogBatch>create().map(batch -> batch).addAttributes(Attributes.inputBuffer(1, 2));

  private final LogFiles files;
  private final LogWatch watch;
  private final Executor blocking;

  /**
   * @param current the file that the monitor writes to; it need not exist yet
   * @param blocking runs file operations; virtual threads
   */
  public ContainerLog(Path current, LogWatch watch, Executor blocking) {
    this.files = new LogFiles(current);
    this.watch = watch;
    this.blocking = blocking;
  }

  /** {@code ended}: completes when nothing more will be written; only a follower waits for it. */
  public Source<LogBatch, NotUsed> read(LogQuery query, CompletionStage<?> ended) {
    return Source.unfoldResourceAsync(
            () -> later(() -> new LogReader(files, query, watch, ended)),
            reader -> later(reader::next),
            reader -> {
              reader.wake();
              return later(
                  () -> {
                    reader.close();
                    return Done.getInstance();
                  });
            })
        .via(FEW_AHEAD);
  }

  private interface Work<T> {
    T run() throws Exception;
  }

  private <T> CompletionStage<T> later(Work<T> work) {
    var result = new CompletableFuture<T>();
    blocking.execute(
        () -> {
          try {
            result.complete(work.run());
          } catch (Throwable failed) {
            result.completeExceptionally(failed);
          }
        });
    return result;
  }
}
