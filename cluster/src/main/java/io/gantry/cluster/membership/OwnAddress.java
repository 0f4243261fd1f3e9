package io.gantry.cluster.membership;

import io.gantry.agent.Outcome;
import io.gantry.cluster.peer.PeerAddress;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where this host is to be called by others. */
final class OwnAddress {
  // Bridges of container engines, and the cables to their containers.
  private static final Pattern OF_CONTAINERS =
      Pattern.compile("(docker|br-|veth|virbr|gantry|gt).*");

  private OwnAddress() {}

  /** As given, else the only address there is. */
  static Outcome<PeerAddress> choose(Optional<String> given, int port) {
    if (given.isPresent()) {
      return PeerAddress.parse(given.get(), port)
          .map(Outcome::done)
          .orElseGet(() -> notAnAddress(given.get()));
    }
    var found = candidates();
    return found.size() == 1
        ? Outcome.done(new PeerAddress(found.getFirst(), port))
        : Outcome.refused(
            ErrorKind.INVALID,
            found.isEmpty()
                ? "this host has no address that others could call: give one"
                : "this host has the addresses %s: say where others are to call it"
                    .formatted(String.join(", ", found)));
  }

  static <T> Outcome<T> notAnAddress(String text) {
    return Outcome.refused(
        ErrorKind.INVALID,
        "not an address of a host: \"%s\" (expected HOST or HOST:PORT)".formatted(text));
  }

  /** The address that calls to {@code remote} leave from; nothing is sent. */
  static Optional<String> towards(PeerAddress remote) {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(remote.host()), remote.port()));
      return Optional.of(socket.getLocalAddress())
          .filter(address -> !address.isAnyLocalAddress())
          .map(InetAddress::getHostAddress);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static List<String> candidates() {
    var found = new ArrayList<String>();
    try {
      for (var device : NetworkInterface.networkInterfaces().toList()) {
        if (device.isUp()
            && !device.isLoopback()
            && !OF_CONTAINERS.matcher(device.getName()).matches()) {
          device
              .inetAddresses()
              .filter(address -> !address.isLinkLocalAddress())
              .forEach(address -> found.add(address.getHostAddress()));
        }
      }
    } catch (IOException _) {
      return List.of();
    }
    return found;
  }
}
