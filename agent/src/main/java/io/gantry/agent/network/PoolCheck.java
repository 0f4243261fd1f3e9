package io.gantry.agent.network;

import io.gantry.protocol.v1.IpamPool;
import java.math.BigInteger;

/** One subnet of a network as asked for: checked, and with a gateway. */
final class PoolCheck {
  private PoolCheck() {}

  static IpamPool chosen(Subnet subnet) {
    return IpamPool.newBuilder()
        .setSubnet(subnet.toString())
        .setGateway(Subnet.text(subnet.plus(1)))
        .setChosen(true)
        .build();
  }

  /** Throws {@link IllegalArgumentException} with the Docker Engine's words. */
  static IpamPool complete(IpamPool pool) {
    var subnet = Subnet.parse(pool.getSubnet());
    if (!subnet.base().equals(Subnet.address(before(pool.getSubnet())))
        && pool.getGateway().isEmpty()) {
      throw new IllegalArgumentException(
          "invalid subnet %s: it should be %s".formatted(pool.getSubnet(), subnet));
    }
    if (subnet.size().compareTo(BigInteger.valueOf(4)) < 0) {
      throw new IllegalArgumentException("invalid subnet %s: it is too small".formatted(subnet));
    }
    if (!pool.getIpRange().isEmpty()) {
      var range = Subnet.parse(pool.getIpRange());
      if (!subnet.contains(range)) {
        throw new IllegalArgumentException(
            "invalid ip-range %s: parent subnet %s doesn't contain ip-range"
                .formatted(pool.getIpRange(), subnet));
      }
    }
    pool.getAuxiliaryAddressesMap()
        .forEach((name, address) -> inside(subnet, "auxiliary address", address));
    var gateway = pool.getGateway();
    if (gateway.isEmpty()) {
      gateway = Subnet.text(subnet.plus(1));
    } else {
      inside(subnet, "gateway", gateway);
    }
    return pool.toBuilder().setSubnet(subnet.toString()).setGateway(gateway).build();
  }

  private static void inside(Subnet subnet, String what, String address) {
    if (!subnet.contains(Subnet.address(address))) {
      throw new IllegalArgumentException(
          "invalid %s %s: parent subnet %s doesn't contain this address"
              .formatted(what, address, subnet));
    }
  }

  private static String before(String cidr) {
    return cidr.substring(0, cidr.indexOf('/'));
  }
}
