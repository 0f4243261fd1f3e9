package io.gantry.agent.network;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links.Address;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The places of one network: its addresses, a pool for each of its subnets, and how many containers
 * it may have. Having room and taking it are one decision, whoever else asks meanwhile.
 */
public final class Addresses {
  /** A Linux bridge numbers its ports from 1 to 1023. */
  static final int MOST_ON_A_BRIDGE = 1023;

  private final Network network;
  private final List<AddressPool> pools;
  private final Set<ContainerId> holders = new HashSet<>();

  Addresses(Network network) {
    this.network = network;
    this.pools = NetworkTable.pools(network.getSpec()).stream().map(Addresses::pool).toList();
  }

  private static AddressPool pool(IpamPool pool) {
    var subnet = Subnet.parse(pool.getSubnet());
    var range = pool.getIpRange().isEmpty() ? subnet : Subnet.parse(pool.getIpRange());
    var reserved = new ArrayList<InetAddress>();
    reserved.add(Subnet.address(pool.getGateway()));
    pool.getAuxiliaryAddressesMap().values().forEach(text -> reserved.add(Subnet.address(text)));
    return new AddressPool(subnet, range, reserved);
  }

  /**
   * One of each version the network has, those asked for where they are. All or none: on failure
   * the container holds nothing here. Who holds a place already has room also where it is full.
   */
  public synchronized List<Address> take(ContainerId id, EndpointSpec wanted) throws IOException {
    var name = network.getSpec().getName();
    if (network.getSpec().getDriver().equals("bridge")
        && holders.size() >= MOST_ON_A_BRIDGE
        && !holders.contains(id)) {
      throw new PlaceRefused(
          ErrorKind.EXHAUSTED,
          "network %s is full: a Linux bridge has %d ports, and each container takes one"
              .formatted(name, MOST_ON_A_BRIDGE));
    }
    try {
      var taken = new ArrayList<Address>();
      for (var v6 : new boolean[] {false, true}) {
        var mine = pools.stream().filter(pool -> pool.subnet().isV6() == v6).toList();
        var asked = v6 ? wanted.getIpv6Address() : wanted.getIpv4Address();
        if (!mine.isEmpty()) {
          taken.add(asked.isEmpty() ? free(mine, id, v6) : exactly(mine, id, asked));
        }
      }
      holders.add(id);
      return List.copyOf(taken);
    } catch (IOException refused) {
      release(id);
      throw refused;
    }
  }

  private Address free(List<AddressPool> mine, ContainerId id, boolean v6) throws IOException {
    for (var pool : mine) {
      var taken = pool.take(id);
      if (taken.isPresent()) {
        return taken.get();
      }
    }
    throw new PlaceRefused(
        ErrorKind.EXHAUSTED,
        "no available %s addresses on this network's address pools: %s (%s)"
            .formatted(v6 ? "IPv6" : "IPv4", network.getSpec().getName(), network.getId()));
  }

  private Address exactly(List<AddressPool> mine, ContainerId id, String asked) throws IOException {
    var address = Subnet.address(asked);
    for (var pool : mine) {
      if (pool.subnet().contains(address)) {
        if (!pool.take(id, address)) {
          throw new PlaceRefused(ErrorKind.FORBIDDEN, "Address already in use");
        }
        return pool.subnet().at(address);
      }
    }
    throw new PlaceRefused(
        ErrorKind.INVALID, "no configured subnet or ip-range contain the IP address " + asked);
  }

  /** What a running container holds already, after the agent's start. */
  public synchronized void takeAgain(ContainerId id, InetAddress address) {
    holders.add(id);
    pools.forEach(pool -> pool.take(id, address));
  }

  public synchronized void release(ContainerId id) {
    holders.remove(id);
    pools.forEach(pool -> pool.release(id));
  }

  /** How many containers hold a place. */
  public synchronized int inUse() {
    return holders.size();
  }
}
