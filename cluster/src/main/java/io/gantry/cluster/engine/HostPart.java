package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.GapReason;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One host's part of a merged stream: it remembers how far it has come, and goes on from there when
 * the host is heard of again. Belongs to one stream, whose stages run one after the other.
 */
final class HostPart {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Caller caller;
  private final WatchClusterRequest request;
  private final Host host;
  private final Instant begun;
  private volatile Optional<Cursor> position;
  private volatile boolean tried;
  private volatile boolean away;

  HostPart(Caller caller, WatchClusterRequest request, Host host, Instant begun) {
    this.caller = caller;
    this.request = request;
    this.host = host;
    this.begun = begun;
    this.position = Optional.ofNullable(request.getAfterMap().get(host.id()));
  }

  String hostId() {
    return host.id();
  }

  Source<WatchClusterResponse, NotUsed> once() {
    return attempt(false).recoverWithRetries(1, Throwable.class, () -> Source.single(lost()));
  }

  /** {@code belongs}: whether a host is one of the cluster still. */
  Source<WatchClusterResponse, NotUsed> follow(Predicate<String> belongs) {
    return endless().recoverWithRetries(-1, Throwable.class, () -> again(belongs));
  }

  /** A stream that follows does not end by itself: its host does. */
  private Source<WatchClusterResponse, NotUsed> endless() {
    return attempt(true)
        .concatLazy(
            Source.lazySource(
                () -> Source.failed(new IllegalStateException("the record's stream has ended"))));
  }

  private Source<WatchClusterResponse, NotUsed> again(Predicate<String> belongs) {
    if (!belongs.test(host.id())) {
      return Source.empty();
    }
    var told = away ? Source.<WatchClusterResponse>empty() : Source.single(lost());
    away = true;
    var next =
        Source.tick(PAUSE, PAUSE, NotUsed.getInstance()).take(1).flatMapConcat(_ -> endless());
    return told.concatLazy(next);
  }

  private WatchClusterResponse lost() {
    return message().setPresence(HostPresence.HOST_PRESENCE_AWAY).build();
  }

  private WatchClusterResponse.Builder message() {
    return WatchClusterResponse.newBuilder().setHostId(host.id()).setHostName(host.name());
  }

  private Source<WatchClusterResponse, NotUsed> attempt(boolean follow) {
    return host.watches().watch(caller, from(follow)).mapConcat(this::told).map(this::noted);
  }

  private WatchRequest from(boolean follow) {
    var from =
        WatchRequest.newBuilder()
            .setFollow(follow)
            .setFilter(request.getFilter())
            .setHeartbeatSeconds(request.getHeartbeatSeconds());
    var again = tried;
    tried = true;
    if (position.isPresent()) {
      return from.setAfter(position.get()).build();
    }
    return switch (request.getOthersCase()) {
      case SINCE -> from.setSince(request.getSince()).build();
      // What it did meanwhile would be missing if it began at another "now".
      case NOW ->
          again || !host.isUp()
              ? from.setSince(Moments.timestamp(begun)).build()
              : from.setNow(true).build();
      case OTHERS_NOT_SET -> from.build();
    };
  }

  private List<WatchClusterResponse> told(WatchResponse response) {
    var told =
        switch (response.getMessageCase()) {
          case ENTRY -> message().setEntry(response.getEntry()).build();
          case HEARTBEAT -> message().setHeartbeat(response.getHeartbeat()).build();
          case GAP -> message().setGap(response.getGap()).build();
          case MESSAGE_NOT_SET -> message().build();
        };
    if (!away) {
      return List.of(told);
    }
    away = false;
    return List.of(message().setPresence(HostPresence.HOST_PRESENCE_UP).build(), told);
  }

  /** Only what has left the stage before is known to go on: the rest a failure may take. */
  private WatchClusterResponse noted(WatchClusterResponse told) {
    if (told.hasEntry()) {
      var entry = told.getEntry();
      position = Optional.of(cursor(entry.getSequence(), entry.getEpoch()));
    } else if (told.hasHeartbeat()) {
      position = Optional.of(told.getHeartbeat().getCursor());
    } else if (told.hasGap() && told.getGap().getReason() == GapReason.GAP_REASON_RETENTION) {
      position = Optional.of(cursor(told.getGap().getLast(), 0));
    }
    return told;
  }

  private static Cursor cursor(long sequence, long epoch) {
    return Cursor.newBuilder().setSequence(sequence).setEpoch(epoch).build();
  }
}
