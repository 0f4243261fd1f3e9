package io.gantry.agent.container;

import io.gantry.agent.network.PortBook;
import io.gantry.protocol.v1.Container;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code --link} on the default bridge, which has no names: the other's address under its alias in
 * /etc/hosts, and the variables that were there before there were names. Fixed at the start. On
 * networks with names a link is one of them.
 */
final class LegacyLinks {
  private final Board board;

  LegacyLinks(Board board) {
    this.board = board;
  }

  /** The container as if its links had been asked for as host names and variables. */
  Container applied(Container container) throws IOException {
    var network = container.getSpec().getNetwork();
    if (network.getLinksCount() == 0
        || !container.getStatus().getEndpointsMap().containsKey("bridge")) {
      return container;
    }
    var spec = container.getSpec().toBuilder();
    for (var link : network.getLinksList()) {
      var colon = link.indexOf(':');
      var reference = (colon < 0 ? link : link.substring(0, colon)).replaceFirst("^/", "");
      var alias = link.substring(link.lastIndexOf(colon < 0 ? '/' : ':') + 1);
      alias = alias.substring(alias.lastIndexOf('/') + 1);
      var other = running(reference, container.getName(), alias);
      var address = other.getStatus().getEndpointsOrThrow("bridge").getIpAddress();
      var names =
          Stream.of(alias, other.getId().substring(0, 12), other.getName())
              .distinct()
              .collect(Collectors.joining(" "));
      spec.getNetworkBuilder().addExtraHosts(names + ":" + address);
      spec.getProcessBuilder().addAllEnv(variables(container.getName(), alias, other, address));
    }
    return container.toBuilder().setSpec(spec).build();
  }

  private Container running(String reference, String name, String alias) throws IOException {
    var other = board.named(reference).or(() -> board.byPrefix(reference));
    return other
        .filter(one -> one.getStatus().getPid() != 0)
        .filter(one -> one.getStatus().containsEndpoints("bridge"))
        .orElseThrow(
            () ->
                new IOException(
                    "Cannot link to a non running container: /%s AS /%s/%s"
                        .formatted(reference, name, alias)));
  }

  private static List<String> variables(
      String name, String alias, Container other, String address) {
    var prefix = alias.toUpperCase(Locale.ROOT).replace('-', '_');
    var variables = new ArrayList<String>();
    var ports = new TreeSet<PortBook.Port>();
    other.getSpec().getNetwork().getExposedPortsList().stream()
        .filter(port -> port.indexOf('-') < 0)
        .forEach(port -> ports.add(PortBook.Port.parse(port)));
    other
        .getSpec()
        .getNetwork()
        .getPortBindingsMap()
        .keySet()
        .forEach(port -> ports.add(PortBook.Port.parse(port)));
    if (!ports.isEmpty()) {
      var first = ports.first();
      variables.add(
          "%s_PORT=%s://%s:%d".formatted(prefix, first.protocol(), address, first.number()));
    }
    for (var port : ports) {
      var of = "%s_PORT_%d_%s".formatted(prefix, port.number(), upper(port.protocol()));
      variables.add("%s=%s://%s:%d".formatted(of, port.protocol(), address, port.number()));
      variables.add("%s_ADDR=%s".formatted(of, address));
      variables.add("%s_PORT=%d".formatted(of, port.number()));
      variables.add("%s_PROTO=%s".formatted(of, port.protocol()));
    }
    variables.add("%s_NAME=/%s/%s".formatted(prefix, name, alias));
    other.getSpec().getProcess().getEnvList().stream()
        .filter(entry -> !entry.startsWith("PATH=") && entry.indexOf('=') > 0)
        .forEach(entry -> variables.add("%s_ENV_%s".formatted(prefix, entry)));
    return variables;
  }

  private static String upper(String protocol) {
    return protocol.toUpperCase(Locale.ROOT);
  }
}
