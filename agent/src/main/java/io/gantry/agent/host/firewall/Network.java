package io.gantry.agent.host.firewall;

import io.gantry.agent.host.Links.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One bridge's network: its subnet, and whether it has an outside.
 *
 * @param subnet "172.17.0.0/16"
 */
record Network(String subnet, boolean internal) {
  private static final Pattern FORM = Pattern.compile("([0-9a-f.:]+/[0-9]{1,3})( internal)?");

  static Network of(Address gateway, boolean internal) {
    var ip = gateway.ip().getAddress();
    for (var bit = gateway.prefixLength(); bit < ip.length * 8; bit++) {
      ip[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    try {
      var network = InetAddress.getByAddress(ip).getHostAddress();
      return new Network(network + "/" + gateway.prefixLength(), internal);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static Optional<Network> parse(String comment) {
    var matcher = FORM.matcher(comment);
    return matcher.matches()
        ? Optional.of(new Network(matcher.group(1), matcher.group(2) != null))
        : Optional.empty();
  }

  String add(String table, String bridge) {
    var lines = new StringBuilder();
    element(lines, "add", table, "bridges", "\"" + bridge + "\" comment \"" + comment() + "\"");
    element(lines, "add", table, "same", "\"" + bridge + "\" . \"" + bridge + "\"");
    element(
        lines, "add", table, internal ? "internal" : subnets(), internal ? quoted(bridge) : subnet);
    return lines.toString();
  }

  String delete(String table, String bridge) {
    var lines = new StringBuilder();
    element(lines, "delete", table, "bridges", quoted(bridge));
    element(lines, "delete", table, "same", "\"" + bridge + "\" . \"" + bridge + "\"");
    element(
        lines,
        "delete",
        table,
        internal ? "internal" : subnets(),
        internal ? quoted(bridge) : subnet);
    return lines.toString();
  }

  private String comment() {
    return subnet + (internal ? " internal" : "");
  }

  private String subnets() {
    return subnet.indexOf(':') >= 0 ? "subnets6" : "subnets4";
  }

  private static String quoted(String bridge) {
    return "\"" + bridge + "\"";
  }

  private static void element(
      StringBuilder into, String verb, String table, String set, String element) {
    into.append("%s element inet %s %s { %s }\n".formatted(verb, table, set, element));
  }
}
