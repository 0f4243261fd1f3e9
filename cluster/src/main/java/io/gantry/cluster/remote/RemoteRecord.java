package io.gantry.cluster.remote;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.EventLog;
import io.gantry.persistence.record.Entry;
import io.gantry.persistence.record.EntryMessage;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.PositionRequest;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The record of another host. Entries of a newer release that this one cannot read are left out.
 */
public record RemoteRecord(RemoteHost host) implements EventLog {
  @Override
  public Source<Entry, NotUsed> read(long after, boolean follow) {
    return entries(
        WatchRequest.newBuilder()
            .setAfter(Cursor.newBuilder().setSequence(after))
            .setFollow(follow)
            .build());
  }

  @Override
  public Source<Entry, NotUsed> readSince(Optional<Instant> since, boolean follow) {
    var request = WatchRequest.newBuilder().setFollow(follow);
    since.ifPresentOrElse(
        time -> request.setSince(Moments.timestamp(time)), () -> request.setNow(true));
    return entries(request.build());
  }

  /** Entries, gaps and heartbeats, as the host tells them. */
  public Source<WatchResponse, NotUsed> watch(Caller caller, WatchRequest request) {
    return host.stream(caller, Methods.Record.WATCH, request);
  }

  private Source<Entry, NotUsed> entries(WatchRequest request) {
    return watch(Caller.ENGINE, request)
        .filter(WatchResponse::hasEntry)
        .mapConcat(response -> readable(response.getEntry()));
  }

  private static List<Entry> readable(JournalEntry entry) {
    return EntryMessage.read(entry).stream().toList();
  }

  /** One behind the newest when nothing is that young. */
  @Override
  public long firstSince(Instant time) {
    throw new UnsupportedOperationException("asked of the host itself, by readSince");
  }

  @Override
  public long last() {
    return host.answer(Methods.Record.POSITION, PositionRequest.getDefaultInstance())
        .getCursor()
        .getSequence();
  }
}
