package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.persistence.record.Entry;
import java.time.Instant;
import java.util.Optional;

/** The record as a stream: ordered, unique, complete, from history to live without a seam. */
public interface EventLog extends EventsByTime {
  /**
   * Entries with a sequence number greater than {@code after}; goes on with live ones while {@code
   * follow}.
   */
  Source<Entry, NotUsed> read(long after, boolean follow);

  /**
   * The first sequence number whose entry is not older than {@code time}; one past the last when
   * none is.
   */
  long firstSince(Instant time);

  @Override
  default Source<Entry, NotUsed> readSince(Optional<Instant> since, boolean follow) {
    return read(since.map(time -> firstSince(time) - 1).orElseGet(this::last), follow);
  }
}
