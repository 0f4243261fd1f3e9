package io.gantry.agent.host.fake;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The table as two maps. */
public final class InMemoryFirewall implements Firewall {
  public final Faults faults = new Faults();
  private final Map<String, Rules> networks = new HashMap<>();
  private final Map<ContainerId, Published> published = new HashMap<>();

  public record Published(List<InetAddress> addresses, List<PublishedPort> ports) {}

  @Override
  public synchronized void ensureNetwork(String bridge, Rules rules) throws IOException {
    faults.check();
    networks.put(bridge, rules);
  }

  /** Nobody else changes it. */
  @Override
  public void watch() throws IOException {
    faults.check();
  }

  @Override
  public synchronized void removeNetwork(String bridge) throws IOException {
    faults.check();
    networks.remove(bridge);
  }

  @Override
  public synchronized void publish(
      ContainerId id, List<InetAddress> containerAddresses, List<PublishedPort> ports)
      throws IOException {
    faults.check();
    if (ports.isEmpty()) {
      published.remove(id);
    } else {
      published.put(id, new Published(containerAddresses, List.copyOf(ports)));
    }
  }

  @Override
  public synchronized void withdraw(ContainerId id) throws IOException {
    faults.check();
    published.remove(id);
  }

  @Override
  public synchronized Set<ContainerId> published() throws IOException {
    faults.check();
    return Set.copyOf(published.keySet());
  }

  @Override
  public synchronized void removeTable() throws IOException {
    faults.check();
    networks.clear();
    published.clear();
  }

  @Override
  public synchronized Set<String> networks() throws IOException {
    faults.check();
    return Set.copyOf(networks.keySet());
  }

  public synchronized Map<ContainerId, Published> entries() {
    return Map.copyOf(published);
  }
}
