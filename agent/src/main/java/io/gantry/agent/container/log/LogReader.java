package io.gantry.agent.container.log;

import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.LogBatch;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A cursor that waits for more when its query follows. */
final class LogReader implements AutoCloseable {
  private final LogCursor cursor;
  private final boolean follow;
  private final Optional<Instant> until;
  private final Semaphore written = new Semaphore(0);
  private final @Nullable Closeable watching;
  private volatile boolean ended;
  private volatile boolean closing;
  private boolean done;

  LogReader(LogFiles files, LogQuery query, LogWatch watch, CompletionStage<?> end)
      throws IOException {
    this.follow = query.follow();
    this.until = query.until();
    // Watched before the first look, so nothing is written unseen in between.
    this.watching =
        follow
            ? watch.watch(Objects.requireNonNull(files.current().getParent()), written::release)
            : null;
    try {
      this.cursor = new LogCursor(files, query);
    } catch (IOException | RuntimeException failed) {
      if (watching != null) {
        watching.close();
      }
      throw failed;
    }
    if (follow) {
      end.whenComplete(
          (value, failure) -> {
            ended = true;
            written.release();
          });
    }
  }

  /** Waits for the next lines; empty at the end. */
  synchronized Optional<LogBatch> next() throws IOException, InterruptedException {
    while (!done && !closing) {
      var over = ended;
      written.drainPermits();
      var batch = cursor.next();
      if (batch.isPresent()) {
        return batch;
      }
      if (cursor.past()) {
        done = true;
      } else if (!follow || over) {
        // What was written before the end was there when this looked.
        done = true;
        return cursor.last();
      } else if (!await()) {
        done = true;
      }
    }
    return Optional.empty();
  }

  /** False: the time asked for is over. */
  private boolean await() throws InterruptedException {
    if (closing || ended) {
      return true;
    }
    if (until.isEmpty()) {
      written.acquire();
      return true;
    }
    var left = Duration.between(Instant.now(), until.get());
    return !left.isNegative()
        && written.tryAcquire(TimeUnit.MILLISECONDS.convert(left) + 1, TimeUnit.MILLISECONDS);
  }

  /** Ends a wait that nobody is interested in any more. */
  void wake() {
    closing = true;
    written.release();
  }

  @Override
  public synchronized void close() throws IOException {
    if (watching != null) {
      watching.close();
    }
    cursor.close();
  }
}
