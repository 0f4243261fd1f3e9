package io.gantry.agent.container;

import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.PortBindings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How one run is connected.
 *
 * @param kind what namespace the process gets
 * @param address first address, for /etc/hosts
 */
public record Connection(
    Kind kind,
    Map<String, Endpoint> endpoints,
    Map<String, PortBindings> ports,
    Optional<InetAddress> address,
    Optional<InetAddress> gateway) {
  /** The network namespace of a run. */
  public sealed interface Kind {
    /** The host's own. */
    record OfTheHost() implements Kind {}

    /** A fresh one with a loopback and nothing else. */
    record Fresh() implements Kind {}

    /** This one, ready and connected. */
    record At(Path namespace) implements Kind {}
  }
}
