package io.gantry.cluster.remote;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.EventsByTime;
import io.gantry.persistence.record.Entry;
import io.gantry.persistence.record.EntryMessage;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.PositionRequest;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import java.time.Instant;
import java.util.Optional;

/**
 * The record of another host. Entries of a newer release that this one cannot read are left out.
 */
public record RemoteRecord(RemoteHost host) implements EventsByTime {
  @Override
  public Source<Entry, NotUsed> readSince(Optional<Instant> since, boolean follow) {
    var request = WatchRequest.newBuilder().setFollow(follow);
    since.ifPresentOrElse(
        time -> request.setSince(Moments.timestamp(time)), () -> request.setNow(true));
    return watch(Caller.ENGINE, request.build())
        .filter(WatchResponse::hasEntry)
        .mapConcat(response -> EntryMessage.read(response.getEntry()).stream().toList());
  }

  /** Entries, gaps and heartbeats, as the host tells them. */
  public Source<WatchResponse, NotUsed> watch(Caller caller, WatchRequest request) {
    return host.stream(caller, Methods.Record.WATCH, request);
  }

  @Override
  public long last() {
    return host.answer(Methods.Record.POSITION, PositionRequest.getDefaultInstance())
        .getCursor()
        .getSequence();
  }
}
