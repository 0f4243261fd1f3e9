package io.gantry.agent.container;

import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.PortBindings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How one run is connected.
 *
 * @param kind what namespace the process gets
 * @param endpoints by network, in the order of their devices
 * @param addresses its own, for /etc/hosts
 * @param hosts the host's addresses as the container reaches them: "host-gateway"
 * @param named it asks the agent for names
 */
public record Connection(
    Kind kind,
    Map<String, Endpoint> endpoints,
    Map<String, PortBindings> ports,
    List<InetAddress> addresses,
    List<InetAddress> hosts,
    boolean named) {
  /** The network namespace of a run. */
  public sealed interface Kind {
    /** The host's own. */
    record OfTheHost() implements Kind {}

    /** A fresh one with a loopback and nothing else. */
    record Fresh() implements Kind {}

    /** This one, ready and connected. */
    record At(Path namespace) implements Kind {}

    /** That of another container, and its files with it. */
    record Of(String container, Path namespace) implements Kind {}
  }
}
