package io.gantry.agent.network;

import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with a wish for a place on a network. Texts are the Docker Engine API's. */
public final class EndpointCheck {
  private EndpointCheck() {}

  /** All that is wrong, as one text; empty: nothing. */
  public static Optional<String> wrong(Network network, EndpointSpec wish) {
    var wrong = new ArrayList<String>();
    var addresses =
        List.of(wish.getIpv4Address(), wish.getIpv6Address()).stream()
            .filter(address -> !address.isEmpty())
            .toList();
    if (!Endpoints.hasNames(network)) {
      if (wish.getAliasesCount() > 0) {
        wrong.add("network-scoped alias is supported only for containers in user defined networks");
      }
      if (!addresses.isEmpty()) {
        wrong.add("user specified IP address is supported on user defined networks only");
      }
    } else {
      addresses.forEach(address -> address(network, address).ifPresent(wrong::add));
    }
    if (!wish.getMacAddress().isEmpty()
        && !wish.getMacAddress().matches("(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}")) {
      wrong.add("invalid MAC address: " + wish.getMacAddress());
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of("invalid endpoint settings:\n" + String.join("\n", wrong));
  }

  private static Optional<String> address(Network network, String literal) {
    try {
      var address = Subnet.address(literal);
      return network.getSpec().getPoolsList().stream()
              .noneMatch(pool -> Subnet.parse(pool.getSubnet()).contains(address))
          ? Optional.of("no configured subnet contains IP address " + literal)
          : Optional.empty();
    } catch (IllegalArgumentException unreadable) {
      return Optional.of("invalid IPv4 or IPv6 address: " + literal);
    }
  }
}
