package io.gantry.agent.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.EventLog;
import io.gantry.persistence.record.Entry;
import io.gantry.persistence.record.RecordReader;
import java.time.Instant;

/** The record of this host as the engine's event log. */
public record RecordedEvents(RecordReader record) implements EventLog {
  @Override
  public Source<Entry, NotUsed> read(long after, boolean follow) {
    return record.read(after, follow);
  }

  @Override
  public long firstSince(Instant time) {
    return record.firstSince(time);
  }

  @Override
  public long last() {
    return record.last();
  }
}
