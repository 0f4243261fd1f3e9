package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.persistence.record.Entry;
import java.time.Instant;
import java.util.Optional;

/** A record as who asks by time sees it, of this host or of another. */
public interface EventsByTime {
  /**
   * Entries that are not older than a time; without one those that come from now on. An engine of
   * several hosts tells of all of them: each host's entries in their order.
   */
  Source<Entry, NotUsed> readSince(Optional<Instant> since, boolean follow);

  /** Sequence number of the newest entry; 0: none. */
  long last();
}
