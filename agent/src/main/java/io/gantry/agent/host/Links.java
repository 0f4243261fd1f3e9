package io.gantry.agent.host;

import io.gantry.agent.ContainerId;
import io.gantry.agent.Stats;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Network namespaces, bridges and the cables between them, by netlink. Devices carry the agent's
 * prefix.
 */
public interface Links {
  /** Makes or repairs a bridge device, up, with these addresses and no others. */
  void ensureBridge(Bridge bridge) throws IOException;

  void removeBridge(String bridge) throws IOException;

  /**
   * A namespace for this container with its loopback up; the path is one for `setns` and for an OCI
   * configuration.
   */
  Path ensureNamespace(ContainerId id) throws IOException;

  /** The same, belonging to the user namespace bound at {@code owner}. */
  Path ensureNamespace(ContainerId id, Path owner) throws IOException;

  /** Gives the namespace a device. Done already with the same addresses: nothing happens. */
  void plug(ContainerId id, Plug plug) throws IOException;

  /** The namespace's default routes, of the versions given; those of others stay. */
  void route(ContainerId id, List<Route> routes) throws IOException;

  /** Fails, with a reason, where the host cannot make such devices. Leaves nothing behind. */
  void probe(Outlet.Child outlet) throws IOException;

  /** {@code device} is the name inside the container. */
  void unplug(ContainerId id, String device) throws IOException;

  /** The namespace goes, and every cable with it. */
  void removeNamespace(ContainerId id) throws IOException;

  Set<ContainerId> namespaces() throws IOException;

  /** Whether it is one of {@link #namespaces}. */
  boolean hasNamespace(ContainerId id) throws IOException;

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
   * @param mtu 0: the kernel's own
   */
  record Bridge(String name, List<Address> addresses, int mtu) {
    public Bridge {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A default route.
   *
   * @param device its name inside the container
   */
  record Route(InetAddress gateway, String device) {}

  /** What a container's device leads to. */
  sealed interface Outlet {
    /** {@code isolated}: it reaches the bridge's own addresses, not its neighbours. */
    record Port(String bridge, boolean isolated) implements Outlet {}

    /** A device of its own on one of the host's: "macvlan" or "ipvlan". */
    record Child(String kind, String parent, String mode) implements Outlet {}
  }

  /**
   * @param device its name inside the container: "eth0"
   * @param gateways default routes, at most one of each IP version
   * @param mac six octets, "02:42:ac:11:00:02"
   * @param mtu 0: the kernel's own
   */
  record Plug(
      Outlet outlet,
      String device,
      List<Address> addresses,
      List<InetAddress> gateways,
      String mac,
      int mtu) {
    public Plug {
      addresses = List.copyOf(addresses);
      gateways = List.copyOf(gateways);
    }
  }
}
