package io.gantry.cluster.membership;

import akka.actor.typed.ActorSystem;
import io.gantry.cluster.peer.PeerAddress;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.cluster.peer.Protocol;
import io.gantry.protocol.v1.PresenceRequest;
import io.gantry.protocol.v1.PresenceResponse;
import io.gantry.protocol.v1.RosterEntry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Connections to the other hosts, each made when it is first needed and again when it has failed.
 */
final class Neighbours implements AutoCloseable {
  private final ActorSystem<?> system;
  private final SSLContext tls;
  private final Duration timeout;
  private final Map<PeerAddress, PeerChannel> channels = new ConcurrentHashMap<>();

  Neighbours(ActorSystem<?> system, SSLContext tls, Duration timeout) {
    this.system = system;
    this.tls = tls;
    this.timeout = timeout;
  }

  PeerChannel channel(PeerAddress address) {
    return channels.compute(
        address,
        (_, known) ->
            known != null && known.usable()
                ? known
                : PeerChannel.to(system, address, tls, timeout));
  }

  /** What is asked of a host that is not heard of any more will not be answered. */
  void giveUp(PeerAddress address) {
    var known = channels.remove(address);
    if (known != null) {
      known.abort("it is away");
    }
  }

  /** Waits: whom each works with, as far as they answer in time. */
  Map<String, Set<String>> presences(String selfId, Collection<RosterEntry> hosts) {
    var request =
        PresenceRequest.newBuilder().setProtocol(Protocol.CURRENT).setHostId(selfId).build();
    var asked = new HashMap<String, CompletableFuture<PresenceResponse>>();
    for (var host : hosts) {
      asked.put(
          host.getId(),
          channel(Memory.addressOf(host))
              .call(PeerMethods.PRESENCE, request)
              .toCompletableFuture()
              .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
    }
    var heard = new HashMap<String, Set<String>>();
    asked.forEach(
        (id, answer) -> {
          try {
            var presence = answer.join();
            if (presence.getHostId().equals(id)) {
              heard.put(id, Set.copyOf(presence.getMembersList()));
            }
          } catch (CompletionException _) {
            // It does not answer: that is what was asked.
          }
        });
    return heard;
  }

  @Override
  public void close() {
    channels.values().forEach(PeerChannel::close);
  }
}
