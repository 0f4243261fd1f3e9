package io.gantry.agent.host.firewall;

import io.gantry.agent.host.Firewall.Rules;
import io.gantry.agent.host.Links.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One bridge's network: its subnets, and what its traffic may do.
 *
 * @param subnets "172.17.0.0/16", of both IP versions
 */
record Network(List<String> subnets, boolean internal, boolean masquerade, boolean neighbours) {
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9a-f.:]+/[0-9]{1,3}(?: [0-9a-f.:]+/[0-9]{1,3})*)( internal)?( routed)?( alone)?");

  static Network of(Rules rules) {
    return new Network(
        rules.gateways().stream().map(Network::subnet).toList(),
        rules.internal(),
        rules.masquerade(),
        rules.neighbours());
  }

  private static String subnet(Address gateway) {
    var ip = gateway.ip().getAddress();
    for (var bit = gateway.prefixLength(); bit < ip.length * 8; bit++) {
      ip[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    try {
      return InetAddress.getByAddress(ip).getHostAddress() + "/" + gateway.prefixLength();
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static Optional<Network> parse(String comment) {
    var matcher = FORM.matcher(comment);
    return matcher.matches()
        ? Optional.of(
            new Network(
                List.of(matcher.group(1).split(" ")),
                matcher.group(2) != null,
                matcher.group(3) == null,
                matcher.group(4) == null))
        : Optional.empty();
  }

  String add(String table, String bridge) {
    return elements(bridge, quoted(bridge) + " comment \"" + comment() + "\"")
        .map(element -> "add element inet %s %s\n".formatted(table, element))
        .reduce("", String::concat);
  }

  String delete(String table, String bridge) {
    return elements(bridge, quoted(bridge))
        .map(element -> "delete element inet %s %s\n".formatted(table, element))
        .reduce("", String::concat);
  }

  private Stream<String> elements(String bridge, String labelled) {
    var own = Stream.of("bridges { " + labelled + " }");
    var pair =
        neighbours
            ? Stream.of("same { " + quoted(bridge) + " . " + quoted(bridge) + " }")
            : Stream.<String>empty();
    var outside =
        internal
            ? Stream.of("internal { " + quoted(bridge) + " }")
            : subnets.stream()
                .filter(_ -> masquerade)
                .map(
                    subnet ->
                        (subnet.indexOf(':') >= 0 ? "subnets6" : "subnets4")
                            + " { "
                            + subnet
                            + " }");
    return Stream.of(own, pair, outside).flatMap(each -> each);
  }

  private String comment() {
    return String.join(" ", subnets)
        + (internal ? " internal" : "")
        + (masquerade ? "" : " routed")
        + (neighbours ? "" : " alone");
  }

  private static String quoted(String bridge) {
    return "\"" + bridge + "\"";
  }
}
