package io.gantry.agent.host.firewall;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall.PublishedPort;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Set;

/**
 * One published port: an element of a map.
 *
 * @param key "tcp . 80" or "192.0.2.1 . tcp . 80"
 * @param value "172.17.0.2 . 8080"
 */
record Entry(String map, String key, String value) {
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
  private static final int HIGHEST_PORT = 65535;

  static Entry of(InetAddress container, PublishedPort port) throws IOException {
    check(port);
    var v6 = container instanceof Inet6Address;
    var host = port.hostAddress();
    var service = port.protocol() + " . " + port.hostPort();
    var value = text(container) + " . " + port.containerPort();
    if (host.isAnyLocalAddress()) {
      return new Entry(v6 ? "any6" : "any4", service, value);
    }
    if (host instanceof Inet6Address != v6) {
      throw new IOException(
          "publish port %d/%s on %s: the container's address %s is of the other kind"
              .formatted(port.hostPort(), port.protocol(), text(host), text(container)));
    }
    return new Entry(v6 ? "one6" : "one4", text(host) + " . " + service, value);
  }

  private static void check(PublishedPort port) throws IOException {
    if (!PROTOCOLS.contains(port.protocol())
        || !isPort(port.hostPort())
        || !isPort(port.containerPort())) {
      throw new IOException("publish " + port + ": no such port");
    }
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

  String add(String table, ContainerId owner) {
    return "add element inet %s %s { %s comment \"%s\" : %s }\n"
        .formatted(table, map, key, owner, value);
  }

  String delete(String table) {
    return "delete element inet %s %s { %s }\n".formatted(table, map, key);
  }
}
