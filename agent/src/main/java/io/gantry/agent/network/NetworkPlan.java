package io.gantry.agent.network;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Completes what was asked of a new network: driver, subnets, gateways. Texts are the Docker Engine
 * API's.
 */
final class NetworkPlan {
  private static final String NO_SWARM =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
          + " connect this node to swarm and try again.";

  private NetworkPlan() {}

  static Outcome<NetworkSpec> of(NetworkSpec asked, Collection<Network> others) {
    var name = asked.getName();
    if (others.stream().anyMatch(other -> other.getSpec().getName().equals(name))) {
      return Outcome.refused(
          ErrorKind.CONFLICT, "network with name %s already exists".formatted(name));
    }
    var driver = asked.getDriver().isEmpty() ? "bridge" : asked.getDriver();
    var spec = asked.toBuilder().setDriver(driver).build();
    if (spec.getIngress() || driver.equals("overlay")) {
      return Outcome.refused(ErrorKind.UNAVAILABLE, NO_SWARM);
    }
    return switch (driver) {
      case "bridge", "macvlan", "ipvlan" -> addressed(spec, others);
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

  private static Outcome<NetworkSpec> addressed(NetworkSpec spec, Collection<Network> others) {
    var ipam = spec.getIpamDriver();
    if (!ipam.isEmpty() && !ipam.equals("default")) {
      return Outcome.refused(
          ErrorKind.NOT_FOUND,
          "could not find plugin %s in v1 plugin registry: plugin not found".formatted(ipam));
    }
    var options = new NetworkOptions(spec);
    var wrong = options.wrong();
    if (wrong.isPresent()) {
      return Outcome.refused(ErrorKind.INVALID, wrong.get());
    }
    for (var other : others) {
      if (options.bridgeName().filter(other.getBridge()::equals).isPresent()) {
        return Outcome.refused(
            ErrorKind.FORBIDDEN,
            "cannot create network %s (%s): conflicts with network %s (%s): networks have same bridge name"
                .formatted(
                    spec.getName(),
                    options.bridgeName().get(),
                    other.getSpec().getName(),
                    other.getBridge()));
      }
    }
    try {
      return pools(spec, taken(others));
    } catch (IllegalArgumentException e) {
      return Outcome.refused(ErrorKind.INVALID, "invalid network config:\n" + e.getMessage());
    }
  }

  private static List<Subnet> taken(Collection<Network> others) {
    return others.stream()
        .flatMap(other -> NetworkTable.pools(other.getSpec()).stream())
        .map(pool -> Subnet.parse(pool.getSubnet()))
        .toList();
  }

  private static Outcome<NetworkSpec> pools(NetworkSpec spec, List<Subnet> taken) {
    var chosen = new ArrayList<IpamPool>();
    for (var pool : spec.getPoolsList()) {
      if (!pool.getSubnet().isEmpty()) {
        var checked = PoolCheck.complete(pool);
        var subnet = Subnet.parse(checked.getSubnet());
        var mine = chosen.stream().map(one -> Subnet.parse(one.getSubnet()));
        if (taken.stream().anyMatch(subnet::overlaps) || mine.anyMatch(subnet::overlaps)) {
          return Outcome.refused(
              ErrorKind.FORBIDDEN,
              "invalid pool request: Pool overlaps with other one on this address space");
        }
        chosen.add(checked);
      } else if (!pool.getGateway().isEmpty() || !pool.getIpRange().isEmpty()) {
        return Outcome.refused(
            ErrorKind.INVALID, "invalid network config:\nan IPAM config entry must have a subnet");
      }
    }
    if (!spec.getDisableIpv4() && chosen.stream().noneMatch(one -> !isV6(one))) {
      var free = SubnetChoice.free(taken);
      if (free.isEmpty()) {
        return Outcome.refused(
            ErrorKind.EXHAUSTED, "all predefined address pools have been fully subnetted");
      }
      chosen.addFirst(PoolCheck.chosen(free.get()));
    }
    if (spec.getEnableIpv6() && chosen.stream().noneMatch(NetworkPlan::isV6)) {
      chosen.add(PoolCheck.chosen(SubnetChoice.uniqueLocal(taken)));
    }
    var planned = spec.toBuilder().clearPools().addAllPools(chosen).build();
    return NetworkTable.pools(planned).isEmpty()
        ? Outcome.refused(ErrorKind.INVALID, "IPv4 or IPv6 must be enabled")
        : Outcome.done(planned);
  }

  private static boolean isV6(IpamPool pool) {
    return Subnet.parse(pool.getSubnet()).isV6();
  }
}
