package io.gantry.agent.host;

import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * Address translation in one nftables table that carries the agent's name. Other tables are never
 * touched.
 */
public interface Firewall {
  /** What the traffic of this bridge's subnets may do. */
  void ensureNetwork(String bridge, Rules rules) throws IOException;

  void removeNetwork(String bridge) throws IOException;

  /** Bridges that the table has rules for. */
  Set<String> networks() throws IOException;

  /**
   * Replaces what this container has published, in one transaction. Reachable from the host itself
   * too. A port of a host address of one IP version leads to the container's address of that
   * version, and nowhere when it has none.
   */
  void publish(ContainerId id, List<InetAddress> containerAddresses, List<PublishedPort> ports)
      throws IOException;

  void withdraw(ContainerId id) throws IOException;

  Set<ContainerId> published() throws IOException;

  /** From now on what others take away is put back, without waiting for the next change. */
  void watch() throws IOException;

  /** The whole table goes; used by `gantry doctor --sweep` and tests. */
  void removeTable() throws IOException;

  /**
   * @param gateways the bridge's address in each subnet
   * @param internal nothing leaves the bridge
   * @param masquerade what leaves the host does so under the host's address
   * @param neighbours its containers may talk to each other
   */
  record Rules(
      List<Links.Address> gateways, boolean internal, boolean masquerade, boolean neighbours) {
    public Rules {
      gateways = List.copyOf(gateways);
    }
  }

  /**
   * @param hostAddress the unspecified address: every address of the host of that IP version
   * @param protocol "tcp", "udp" or "sctp"
   */
  record PublishedPort(InetAddress hostAddress, int hostPort, int containerPort, String protocol) {}
}
