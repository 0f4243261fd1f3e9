package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.EventLog;
import io.gantry.persistence.record.Entry;
import io.gantry.persistence.record.EntryMessage;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The records of all hosts for those who ask by time: first what was, by time, then what comes, as
 * it comes. A place in the stream is a place in this host's record alone.
 */
final class MergedEvents implements EventLog {
  private static final Comparator<Entry> BY_TIME = Comparator.comparing(Entry::time);

  private final AllHosts hosts;
  private final MergedRecord record;

  MergedEvents(AllHosts hosts, MergedRecord record) {
    this.hosts = hosts;
    this.record = record;
  }

  @Override
  public Source<Entry, NotUsed> read(long after, boolean follow) {
    return hosts.own().events().read(after, follow);
  }

  @Override
  public long firstSince(Instant time) {
    return hosts.own().events().firstSince(time);
  }

  @Override
  public long last() {
    return hosts.own().events().last();
  }

  /** Waits for where the hosts are. */
  @Override
  public Source<Entry, NotUsed> readSince(Optional<Instant> since, boolean follow) {
    var positions = new ConcurrentHashMap<String, Long>();
    hosts.ask(host -> host.events().last()).forEach((host, last) -> positions.put(host.id(), last));
    var past = since.map(time -> past(time, positions)).orElseGet(Source::<Entry>empty);
    return follow ? past.concatLazy(Source.lazySource(() -> live(positions))) : past;
  }

  private Source<Entry, NotUsed> past(Instant since, Map<String, Long> positions) {
    var all = Source.<Entry>empty();
    for (var host : hosts.up()) {
      var one =
          host.events()
              .readSince(Optional.of(since), false)
              .map(
                  entry -> {
                    positions.merge(host.id(), entry.sequence(), Math::max);
                    return entry;
                  })
              .recoverWithRetries(1, Throwable.class, Source::empty);
      all = all.mergeSorted(one, BY_TIME);
    }
    return all;
  }

  private Source<Entry, NotUsed> live(Map<String, Long> positions) {
    var request = WatchClusterRequest.newBuilder().setFollow(true).setNow(true);
    positions.forEach(
        (host, last) -> request.putAfter(host, Cursor.newBuilder().setSequence(last).build()));
    return record
        .watch(Caller.ENGINE, request.build())
        .filter(WatchClusterResponse::hasEntry)
        .mapConcat(told -> EntryMessage.read(told.getEntry()).stream().toList());
  }
}
