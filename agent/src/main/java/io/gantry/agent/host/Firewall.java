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
  /** Traffic of this bridge's subnet may leave the host (translated) unless {@code internal}. */
  void ensureNetwork(String bridge, Links.Address gateway, boolean internal) throws IOException;

  void removeNetwork(String bridge) throws IOException;

  /**
   * Replaces what this container has published, in one transaction. Reachable from the host itself
   * too.
   */
  void publish(ContainerId id, InetAddress containerAddress, List<PublishedPort> ports)
      throws IOException;

  void withdraw(ContainerId id) throws IOException;

  Set<ContainerId> published() throws IOException;

  /** The whole table goes; used by `gantry doctor --sweep` and tests. */
  void removeTable() throws IOException;

  /**
   * @param hostAddress the unspecified address: every address of the host
   * @param protocol "tcp", "udp" or "sctp"
   */
  record PublishedPort(InetAddress hostAddress, int hostPort, int containerPort, String protocol) {}
}
