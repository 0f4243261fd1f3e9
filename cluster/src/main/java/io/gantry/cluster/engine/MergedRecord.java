package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The records of all hosts as one stream, as {@code ClusterService.Watch} promises. A reader that
 * is slow slows only its own streams: each host pages it from disk.
 */
final class MergedRecord {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int MOST_HOSTS = 1024;

  private final AllHosts hosts;

  MergedRecord(AllHosts hosts) {
    this.hosts = hosts;
  }

  Source<WatchClusterResponse, NotUsed> watch(Caller caller, WatchClusterRequest request) {
    var begun = Instant.now();
    return request.getFollow() ? follow(caller, request, begun) : once(caller, request, begun);
  }

  /** What there is, of the hosts that take part; of the others that they do not. */
  private Source<WatchClusterResponse, NotUsed> once(
      Caller caller, WatchClusterRequest request, Instant begun) {
    return Source.from(hosts.all())
        .flatMapMerge(
            MOST_HOSTS,
            host ->
                host.isUp()
                    ? new HostPart(caller, request, host, begun).once()
                    : Source.single(away(host)));
  }

  static WatchClusterResponse away(Host host) {
    return WatchClusterResponse.newBuilder()
        .setHostId(host.id())
        .setHostName(host.name())
        .setPresence(HostPresence.HOST_PRESENCE_AWAY)
        .build();
  }

  /** Hosts that come later are taken in when they are seen. */
  private Source<WatchClusterResponse, NotUsed> follow(
      Caller caller, WatchClusterRequest request, Instant begun) {
    return Source.fromMaterializer(
            (_, _) -> {
              var followed = new HashSet<String>();
              // Those of the beginning start where the request says; what others did before they
              // came, and after the beginning, belongs to the stream.
              var later = request.toBuilder();
              if (request.getNow()) {
                later.setSince(Moments.timestamp(begun));
              }
              return Source.tick(Duration.ZERO, LOOK, NotUsed.getInstance())
                  .statefulMap(
                      () -> false,
                      (looked, _) ->
                          akka.japi.Pair.create(
                              true,
                              parts(caller, looked ? later.build() : request, begun, followed)),
                      _ -> java.util.Optional.empty())
                  .mapConcat(parts -> parts)
                  .flatMapMerge(
                      MOST_HOSTS,
                      part ->
                          part.follow(id -> hosts.find(id).isPresent())
                              .concatLazy(Source.lazySource(() -> ended(followed, part))));
            })
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  /** One that left may come again. */
  private static Source<WatchClusterResponse, NotUsed> ended(Set<String> followed, HostPart part) {
    synchronized (followed) {
      followed.remove(part.hostId());
    }
    return Source.empty();
  }

  private List<HostPart> parts(
      Caller caller, WatchClusterRequest request, Instant begun, Set<String> followed) {
    var parts = new ArrayList<HostPart>();
    synchronized (followed) {
      for (var host : hosts.all()) {
        if (followed.add(host.id())) {
          parts.add(new HostPart(caller, request, host, begun));
        }
      }
    }
    return parts;
  }
}
