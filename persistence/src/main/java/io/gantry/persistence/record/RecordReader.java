package io.gantry.persistence.record;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import java.time.Instant;

/**
 * A record as its readers see it: ordered, unique, complete and resumable. May be used from any
 * thread.
 */
public interface RecordReader {
  /**
   * Entries with a sequence greater than {@code after}, in order, each once. What retention removed
   * is a jump in the sequence, and nothing else is. Without {@code follow} the stream ends at what
   * was the newest entry when it was started; with it, it goes on with entries as they are
   * committed and ends only with the record. It may be started any number of times. A slow reader
   * is served from disk and holds up nobody. An entry that cannot be read, or a disk that fails,
   * fails the stream.
   */
  Source<Entry, NotUsed> read(long after, boolean follow);

  /**
   * The first sequence whose entry is not older than {@code time}; one past the last when none is.
   * Blocks shortly.
   */
  long firstSince(Instant time);

  /** Sequence of the oldest entry that is kept; one past the last when none is. */
  long first();

  /** Sequence of the newest entry; 0: none. Never blocks. */
  long last();
}
