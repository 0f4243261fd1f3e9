package io.gantry.cluster.membership;

import akka.actor.typed.ActorSystem;
import akka.discovery.Discovery;
import akka.discovery.Lookup;
import akka.discovery.ServiceDiscovery.ResolvedTarget;
import io.gantry.agent.Outcome;
import io.gantry.cluster.peer.PeerAddress;
import io.gantry.protocol.ErrorKind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Where a host that wants to join may knock: at an address, or wherever Akka's discovery finds
 * hosts under a name. Which kind of discovery is a setting; nothing of it is loaded before it is
 * asked for. What it says is trusted with nothing: the token tells the cluster's hosts from others.
 */
final class Contacts {
  private static final String DISCOVERY = "discovery://";
  private static final int LONGEST_NAME = 253;

  private Contacts() {}

  /** Waits. At least one, in the order in which they are to be tried. */
  static Outcome<List<PeerAddress>> of(
      ActorSystem<?> system, ClusterSettings settings, String remote) {
    if (remote.startsWith(DISCOVERY)) {
      return discovered(system, settings, remote.substring(DISCOVERY.length()));
    }
    return PeerAddress.parse(remote, settings.port())
        .map(address -> Outcome.done(List.of(address)))
        .orElseGet(() -> OwnAddress.notAnAddress(remote));
  }

  private static Outcome<List<PeerAddress>> discovered(
      ActorSystem<?> system, ClusterSettings settings, String name) {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      return OwnAddress.notAnAddress(DISCOVERY + name);
    }
    try {
      var found =
          Discovery.get(system)
              .loadServiceDiscovery(settings.discovery())
              .lookup(
                  Lookup.isValidSrv(name) ? Lookup.parseSrv(name) : Lookup.create(name),
                  settings.peerTimeout())
              .toCompletableFuture()
              .join();
      var addresses =
          found.getAddresses().stream()
              .flatMap(target -> address(target, settings.port()).stream())
              .toList();
      return addresses.isEmpty()
          ? nobody(settings, name, "there is none")
          : Outcome.done(addresses);
    } catch (CompletionException failed) {
      return nobody(settings, name, String.valueOf(failed.getCause()));
    } catch (RuntimeException failed) {
      return nobody(settings, name, failed.toString());
    }
  }

  private static Optional<PeerAddress> address(ResolvedTarget target, int usual) {
    var host = target.host().contains(":") ? "[%s]".formatted(target.host()) : target.host();
    return PeerAddress.parse(
        target.getPort().map(port -> "%s:%s".formatted(host, port)).orElse(host), usual);
  }

  private static <T> Outcome<T> nobody(ClusterSettings settings, String name, String why) {
    return Outcome.refused(
        ErrorKind.UNAVAILABLE,
        "cannot find a host under the name %s by %s: %s"
            .formatted(name, settings.discovery(), why));
  }
}
