package io.gantry.agent.host.firewall;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall.PublishedPort;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * One published port: an element of one of the four maps.
 *
 * @param host empty: every address of the host
 */
record Entry(
    Optional<InetAddress> host,
    Protocol protocol,
    int hostPort,
    InetAddress container,
    int containerPort) {
  private static final int HIGHEST_PORT = 65535;

  Entry {
    if (!isPort(hostPort) || !isPort(containerPort)) {
      throw new IllegalArgumentException(
          "no such port: %d or %d".formatted(hostPort, containerPort));
    }
    if (host.isPresent() && host.get() instanceof Inet6Address != isV6(container)) {
      throw new IllegalArgumentException(
          "%s cannot be translated to %s".formatted(text(host.get()), text(container)));
    }
  }

  static Entry of(InetAddress container, PublishedPort port) throws IOException {
    try {
      var host = Optional.of(port.hostAddress()).filter(address -> !address.isAnyLocalAddress());
      var protocol = Protocol.parse(port.protocol());
      return new Entry(host, protocol, port.hostPort(), container, port.containerPort());
    } catch (IllegalArgumentException wrong) {
      throw new IOException(
          "publish port %d/%s: %s".formatted(port.hostPort(), port.protocol(), wrong.getMessage()),
          wrong);
    }
  }

  String map() {
    return (host.isPresent() ? "one" : "any") + (isV6(container) ? "6" : "4");
  }

  /** As nft writes it: "192.0.2.1 . tcp . 80". */
  String key() {
    return host.map(address -> text(address) + " . ").orElse("")
        + protocol.text()
        + " . "
        + hostPort;
  }

  String add(String table, ContainerId owner) {
    return "add element inet %s %s { %s comment \"%s\" : %s . %d }\n"
        .formatted(table, map(), key(), owner, text(container), containerPort);
  }

  String delete(String table) {
    return "delete element inet %s %s { %s }\n".formatted(table, map(), key());
  }

  private static boolean isV6(InetAddress address) {
    return address instanceof Inet6Address;
  }

  private static boolean isPort(int number) {
    return number > 0 && number <= HIGHEST_PORT;
  }

  /** Without the zone, which nft does not know. */
  private static String text(InetAddress address) {
    var text = address.getHostAddress();
    var zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
