package io.gantry.agent.network;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.Collection;
import java.util.List;

/**
 * Completes what was asked of a new network: driver, subnet, gateway. Texts are the Docker Engine
 * API's.
 */
final class NetworkPlan {
  private NetworkPlan() {}

  static Outcome<NetworkSpec> of(NetworkSpec spec, Collection<Network> others) {
    var name = spec.getName();
    if (others.stream().anyMatch(other -> other.getSpec().getName().equals(name))) {
      return Outcome.refused(
          ErrorKind.CONFLICT, "network with name %s already exists".formatted(name));
    }
    var driver = spec.getDriver().isEmpty() ? "bridge" : spec.getDriver();
    return switch (driver) {
      case "bridge" -> bridge(spec.toBuilder().setDriver(driver).build(), others);
      case "host", "null" ->
          others.stream().anyMatch(other -> other.getSpec().getDriver().equals(driver))
              ? Outcome.refused(
                  ErrorKind.FORBIDDEN,
                  "only one instance of \"%s\" network is allowed".formatted(driver))
              : Outcome.done(spec);
      default ->
          Outcome.refused(
              ErrorKind.NOT_FOUND,
              "could not find plugin %s in v1 plugin registry: plugin not found".formatted(driver));
    };
  }

  private static Outcome<NetworkSpec> bridge(NetworkSpec spec, Collection<Network> others) {
    var taken =
        others.stream()
            .flatMap(other -> other.getSpec().getPoolsList().stream())
            .map(pool -> Subnet.parse(pool.getSubnet()))
            .toList();
    try {
      return spec.getPoolsCount() == 0 || spec.getPools(0).getSubnet().isEmpty()
          ? chosen(spec, taken)
          : given(spec, taken);
    } catch (IllegalArgumentException e) {
      return Outcome.refused(ErrorKind.INVALID, e);
    }
  }

  private static Outcome<NetworkSpec> chosen(NetworkSpec spec, List<Subnet> taken) {
    return SubnetChoice.free(taken)
        .map(subnet -> Outcome.done(with(spec, IpamPool.getDefaultInstance(), subnet)))
        .orElseGet(
            () ->
                Outcome.refused(
                    ErrorKind.EXHAUSTED,
                    "could not find an available, non-overlapping IPv4 address pool among the"
                        + " defaults to assign to the network"));
  }

  private static Outcome<NetworkSpec> given(NetworkSpec spec, List<Subnet> taken) {
    var pool = spec.getPools(0);
    var subnet = Subnet.parse(pool.getSubnet());
    if (taken.stream().anyMatch(subnet::overlaps)) {
      return Outcome.refused(
          ErrorKind.FORBIDDEN,
          "invalid pool request: Pool overlaps with other one on this address space");
    }
    if (!pool.getGateway().isEmpty() && !subnet.contains(Subnet.number(pool.getGateway()))) {
      return Outcome.refused(
          ErrorKind.INVALID, "no matching subnet for gateway %s".formatted(pool.getGateway()));
    }
    return Outcome.done(with(spec, pool, subnet));
  }

  private static NetworkSpec with(NetworkSpec spec, IpamPool pool, Subnet subnet) {
    var gateway = pool.getGateway().isEmpty() ? Subnet.text(subnet.base() + 1) : pool.getGateway();
    return spec.toBuilder()
        .clearPools()
        .addPools(pool.toBuilder().setSubnet(subnet.toString()).setGateway(gateway))
        .build();
  }
}
