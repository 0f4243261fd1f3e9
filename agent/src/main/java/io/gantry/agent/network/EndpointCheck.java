package io.gantry.agent.network;

import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is wrong with a wish for a place on a network. Texts are the Docker Engine API's. */
public final class EndpointCheck {
  private static final Pattern MAC = Pattern.compile("(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}");

  private EndpointCheck() {}

  public static boolean isMacAddress(String text) {
    return MAC.matcher(text).matches();
  }

  /** All that is wrong, as one text; empty: nothing. */
  public static Optional<String> wrong(Network network, EndpointSpec wish) {
    var wrong = new ArrayList<String>();
    if (!Endpoints.hasNames(network)) {
      if (wish.getAliasesCount() > 0) {
        wrong.add("network-scoped alias is supported only for containers in user defined networks");
      }
      if (!wish.getIpv4Address().isEmpty() || !wish.getIpv6Address().isEmpty()) {
        wrong.add("user specified IP address is supported on user defined networks only");
      }
    } else {
      address(network, wish.getIpv4Address(), false).ifPresent(wrong::add);
      address(network, wish.getIpv6Address(), true).ifPresent(wrong::add);
    }
    if (!wish.getMacAddress().isEmpty() && !isMacAddress(wish.getMacAddress())) {
      wrong.add("invalid MAC address: " + wish.getMacAddress());
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of("invalid endpoint settings:\n" + String.join("\n", wrong));
  }

  /**
   * A subnet that was chosen may be another one when the network is made again, and an address
   * asked for would not be in it.
   */
  private static Optional<String> address(Network network, String literal, boolean v6) {
    if (literal.isEmpty()) {
      return Optional.empty();
    }
    var address = parsed(literal).filter(one -> one instanceof Inet6Address == v6);
    if (address.isEmpty()) {
      return Optional.of("invalid IPv%d address: %s".formatted(v6 ? 6 : 4, literal));
    }
    var subnets =
        network.getSpec().getPoolsList().stream()
            .filter(pool -> !pool.getChosen())
            .map(pool -> Subnet.parse(pool.getSubnet()))
            .filter(subnet -> subnet.isV6() == v6)
            .toList();
    if (subnets.isEmpty()) {
      return Optional.of(
          "user specified IP address is supported only when connecting to networks with user"
              + " configured subnets");
    }
    return subnets.stream().anyMatch(subnet -> subnet.contains(address.get()))
        ? Optional.empty()
        : Optional.of("no configured subnet or ip-range contain the IP address " + literal);
  }

  private static Optional<InetAddress> parsed(String literal) {
    try {
      return Optional.of(Subnet.address(literal)).filter(address -> !address.isAnyLocalAddress());
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }
}
