package io.gantry.agent.network;

import io.gantry.agent.host.Links.Address;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The published view of the networks, and the addresses in use on each. */
public final class NetworkTable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, Network> byId = new ConcurrentHashMap<>();
  private final Map<String, Addresses> pools = new ConcurrentHashMap<>();
  private final String devicePrefix;
  private final Set<String> missing = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  /**
   * @param devicePrefix starts the name of every device of this agent
   * @param living ids of the networks that the record knows
   */
  public NetworkTable(String devicePrefix, Collection<String> living) {
    this.devicePrefix = devicePrefix;
    missing.addAll(living);
    completeWhenNoneMisses();
  }

  /** Completes when every network of the record is known again. */
  public CompletionStage<Void> ready() {
    return ready;
  }

  private void completeWhenNoneMisses() {
    if (missing.isEmpty()) {
      ready.complete(null);
    }
  }

  static String randomId() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** For {@link NetworksActor#create}. */
  public void publish(String id, Optional<Network> network) {
    if (network.isPresent()) {
      byId.put(id, network.get());
      if (network.get().getSpec().getPoolsCount() > 0) {
        pools.computeIfAbsent(id, _ -> new Addresses(network.get()));
      }
    } else {
      byId.remove(id);
      pools.remove(id);
    }
    missing.remove(id);
    completeWhenNoneMisses();
  }

  public Collection<Network> list() {
    return List.copyOf(byId.values());
  }

  /** By id, then by name, then by a prefix of the id that only one has. */
  public Optional<Network> find(String reference) {
    var exact = byId.get(reference);
    if (exact != null) {
      return Optional.of(exact);
    }
    var byName =
        byId.values().stream()
            .filter(network -> network.getSpec().getName().equals(reference))
            .findFirst();
    if (byName.isPresent() || reference.isEmpty()) {
      return byName;
    }
    var byPrefix =
        byId.values().stream()
            .filter(network -> network.getId().startsWith(reference))
            .limit(2)
            .toList();
    return byPrefix.size() == 1 ? Optional.of(byPrefix.getFirst()) : Optional.empty();
  }

  /** With the Docker Engine's words when there is none. */
  public Network named(String name) throws IOException {
    return find(name).orElseThrow(() -> new IOException("network %s not found".formatted(name)));
  }

  /** Of this id, or the one that has its name now, where it was made anew. */
  public Network of(String name, String id) throws IOException {
    var same = byId.get(id);
    return same == null ? named(name) : same;
  }

  /** The host's address where the way out publishes ports that name none; empty: everywhere. */
  public String hostBinding(WayOut wayOut) {
    return wayOut
        .v4()
        .flatMap(entry -> find(entry.getValue().getNetworkId()))
        .map(network -> new NetworkOptions(network.getSpec()).hostBinding())
        .orElse("");
  }

  /** Empty for networks without addresses: "host" and "none". */
  public Optional<Addresses> addresses(Network network) {
    return Optional.ofNullable(pools.get(network.getId()));
  }

  /** Those of the IP versions that the network has; others were only written down. */
  static List<IpamPool> pools(NetworkSpec spec) {
    return spec.getPoolsList().stream()
        .filter(
            pool ->
                Subnet.parse(pool.getSubnet()).isV6()
                    ? spec.getEnableIpv6()
                    : !spec.getDisableIpv4())
        .toList();
  }

  /** The host's own address in each subnet, which is its containers' gateway. */
  public static List<Address> gateways(Network network) {
    return pools(network.getSpec()).stream()
        .map(pool -> Subnet.parse(pool.getSubnet()).at(Subnet.address(pool.getGateway())))
        .toList();
  }

  /** Whether {@link #deviceName} chose it; one that a user named does not tell whose it is. */
  boolean isOurs(String bridge) {
    return bridge.matches(Pattern.quote(devicePrefix) + "(0|-[0-9a-f]+)");
  }

  /** The bridge's name on the host; empty for networks that have none. */
  public String deviceName(String id, NetworkSpec spec) {
    if (!spec.getDriver().equals("bridge")) {
      return "";
    }
    return new NetworkOptions(spec)
        .bridgeName()
        .orElseGet(
            () ->
                spec.getName().equals("bridge")
                    ? devicePrefix + "0"
                    : devicePrefix + "-" + id.substring(0, 14 - devicePrefix.length()));
  }
}
