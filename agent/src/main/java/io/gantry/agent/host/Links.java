package io.gantry.agent.host;

import io.gantry.agent.ContainerId;
import io.gantry.agent.Stats;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Network namespaces, bridges and the cables between them, by netlink. Devices carry the agent's
 * prefix.
 */
public interface Links {
  /** Makes or repairs a bridge device, up, with this address. */
  void ensureBridge(String bridge, Address gateway) throws IOException;

  void removeBridge(String bridge) throws IOException;

  /**
   * A namespace for this container with its loopback up; the path is one for `setns` and for an OCI
   * configuration.
   */
  Path ensureNamespace(ContainerId id) throws IOException;

  /** Connects the namespace to a bridge. Done already with the same address: nothing happens. */
  void plug(ContainerId id, Plug plug) throws IOException;

  /** {@code device} is the name inside the container. */
  void unplug(ContainerId id, String device) throws IOException;

  /** The namespace goes, and every cable with it. */
  void removeNamespace(ContainerId id) throws IOException;

  Set<ContainerId> namespaces() throws IOException;

  /** Bridges on this host that carry the agent's prefix. */
  Set<String> bridges() throws IOException;

  /** Host ends of cables that carry the agent's prefix, and whose they are. */
  Map<String, ContainerId> cables() throws IOException;

  /** Counters of each device but loopback, by its name inside the container. */
  Map<String, Stats.Interface> counters(ContainerId id) throws IOException;

  /** An address with the length of its network's prefix. */
  record Address(InetAddress ip, int prefixLength) {
    @Override
    public String toString() {
      return ip.getHostAddress() + "/" + prefixLength;
    }
  }

  /**
   * @param device its name inside the container: "eth0"
   * @param gateway default route; empty: none
   * @param mac six octets, "02:42:ac:11:00:02"
   */
  record Plug(
      String bridge, String device, Address address, Optional<InetAddress> gateway, String mac) {}
}
