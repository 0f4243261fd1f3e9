package io.gantry.agent.fake;

import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.EventLog;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.record.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Entries in a list, a second apart from noon on. {@link #forgetUntil} is what retention does. */
public final class InMemoryEventLog implements EventLog {
  private final List<Entry> entries = new ArrayList<>();
  private final List<Consumer<Entry>> readers = new ArrayList<>();
  private long forgotten;
  private long epoch = 1;

  public synchronized void append(Caller caller, Subject subject, Event event) {
    var sequence = last() + 1;
    var entry =
        new Entry(
            sequence,
            epoch,
            InMemoryEngine.NOON.plusSeconds(sequence),
            subject.kind() + "|" + subject.id(),
            new Recorded<>(
                event, subject, new Provenance(caller.requestId(), caller.principal(), 0)),
            new byte[32]);
    entries.add(entry);
    readers.forEach(reader -> reader.accept(entry));
  }

  /** Entries up to this one are gone. */
  public synchronized void forgetUntil(long sequence) {
    forgotten = sequence;
  }

  /** What is appended from now on belongs to another life of the store. */
  public synchronized void nextEpoch() {
    epoch++;
  }

  @Override
  public Source<Entry, NotUsed> read(long after, boolean follow) {
    return Source.fromMaterializer((materializer, _) -> start(after, follow, materializer))
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private synchronized Source<Entry, NotUsed> start(
      long after, boolean follow, akka.stream.Materializer materializer) {
    var history =
        entries.stream()
            .filter(entry -> entry.sequence() > after && entry.sequence() > forgotten)
            .toList();
    if (!follow) {
      return Source.from(history);
    }
    var live = Source.<Entry>queue(1000, OverflowStrategy.fail()).preMaterialize(materializer);
    readers.add(live.first()::offer);
    return Source.from(history).concat(live.second());
  }

  @Override
  public synchronized long firstSince(Instant time) {
    return entries.stream()
        .filter(entry -> entry.sequence() > forgotten && !entry.time().isBefore(time))
        .mapToLong(Entry::sequence)
        .findFirst()
        .orElse(last() + 1);
  }

  @Override
  public synchronized long last() {
    return entries.size();
  }
}
