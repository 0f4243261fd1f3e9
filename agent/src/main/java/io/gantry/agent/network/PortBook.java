package io.gantry.agent.network;

import io.gantry.agent.host.Firewall.PublishedPort;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.PortBinding;
import io.gantry.protocol.v1.PortBindings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * From what a specification says about ports to what is to be held, and from what is held to what
 * is shown.
 */
public final class PortBook {
  private static final InetAddress EVERYWHERE = InetAddress.ofLiteral("0.0.0.0");
  private static final InetAddress EVERYWHERE_6 = InetAddress.ofLiteral("::");

  private PortBook() {}

  /** A port "80/tcp" as in a specification. A range has been spread by the client. */
  public record Port(int number, String protocol) implements Comparable<Port> {
    public static Port parse(String text) {
      var slash = text.indexOf('/');
      var number = slash < 0 ? text : text.substring(0, slash);
      var protocol = slash < 0 ? "tcp" : text.substring(slash + 1);
      try {
        var value = Integer.parseInt(number);
        if (value < 1 || value > 65_535) {
          throw new IllegalArgumentException("invalid containerPort: " + number);
        }
        if (!protocol.equals("tcp") && !protocol.equals("udp") && !protocol.equals("sctp")) {
          throw new IllegalArgumentException("invalid proto: " + protocol);
        }
        return new Port(value, protocol);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("invalid containerPort: " + number, e);
      }
    }

    @Override
    public String toString() {
      return number + "/" + protocol;
    }

    @Override
    public int compareTo(Port other) {
      var byNumber = Integer.compare(number, other.number);
      return byNumber != 0 ? byNumber : protocol.compareTo(other.protocol);
    }
  }

  /** {@code everywhere}: the host's address for ports that name none; empty: all. */
  public static List<PortPool.Wanted> placed(ContainerNetworkSpec spec, String everywhere) {
    return wanted(spec).stream().map(one -> one.on(everywhere)).toList();
  }

  /** Every address of the host means those of both IP versions, where there are both. */
  public static List<PublishedPort> both(List<PublishedPort> held, boolean v6) {
    var both = new ArrayList<PublishedPort>(held);
    held.stream()
        .filter(port -> v6 && port.hostAddress().equals(EVERYWHERE))
        .map(
            port ->
                new PublishedPort(
                    EVERYWHERE_6, port.hostPort(), port.containerPort(), port.protocol()))
        .forEach(both::add);
    return List.copyOf(both);
  }

  public static List<PortPool.Wanted> wanted(ContainerNetworkSpec spec) {
    var wanted = new ArrayList<PortPool.Wanted>();
    spec.getPortBindingsMap()
        .forEach(
            (text, bindings) -> {
              var port = Port.parse(text);
              bindings.getBindingsList().forEach(binding -> wanted.add(wanted(port, binding)));
              if (bindings.getBindingsCount() == 0) {
                wanted.add(wanted(port, PortBinding.getDefaultInstance()));
              }
            });
    if (spec.getPublishAllPorts()) {
      exposed(spec).stream()
          .filter(port -> wanted.stream().noneMatch(other -> isFor(other, port)))
          .map(port -> wanted(port, PortBinding.getDefaultInstance()))
          .forEach(wanted::add);
    }
    return List.copyOf(wanted);
  }

  /**
   * Every port the container has, published or only exposed, as `docker inspect` shows
   * NetworkSettings.Ports.
   */
  public static Map<String, PortBindings> shown(
      ContainerNetworkSpec spec, List<PublishedPort> published) {
    var shown = new LinkedHashMap<String, PortBindings.Builder>();
    exposed(spec).forEach(port -> shown.put(port.toString(), PortBindings.newBuilder()));
    published.forEach(
        port ->
            shown
                .computeIfAbsent(
                    port.containerPort() + "/" + port.protocol(), _ -> PortBindings.newBuilder())
                .addBindings(
                    PortBinding.newBuilder()
                        .setHostIp(IpText.of(port.hostAddress()))
                        .setHostPort(Integer.toString(port.hostPort()))));
    var built = new LinkedHashMap<String, PortBindings>();
    shown.forEach((port, bindings) -> built.put(port, bindings.build()));
    return built;
  }

  /** From what is shown back to what is to be held: for an agent that comes back. */
  public static List<PortPool.Wanted> held(Map<String, PortBindings> shown) {
    var held = new ArrayList<PortPool.Wanted>();
    shown.forEach(
        (text, bindings) -> {
          var port = Port.parse(text);
          bindings.getBindingsList().stream()
              .filter(binding -> !isTwin(binding, bindings.getBindingsList()))
              .forEach(binding -> held.add(wanted(port, binding)));
        });
    return List.copyOf(held);
  }

  /** One socket holds a port for both IP versions. */
  private static boolean isTwin(PortBinding binding, List<PortBinding> all) {
    return binding.getHostIp().equals("::")
        && all.contains(binding.toBuilder().setHostIp("0.0.0.0").build());
  }

  private static TreeSet<Port> exposed(ContainerNetworkSpec spec) {
    var ports = new TreeSet<Port>();
    for (var text : spec.getExposedPortsList()) {
      var slash = text.indexOf('/');
      var numbers = (slash < 0 ? text : text.substring(0, slash)).split("-", 2);
      var protocol = slash < 0 ? "" : text.substring(slash);
      var first = Port.parse(numbers[0] + protocol);
      var last = numbers.length == 1 ? first : Port.parse(numbers[1] + protocol);
      for (var number = first.number(); number <= last.number(); number++) {
        ports.add(new Port(number, first.protocol()));
      }
    }
    spec.getPortBindingsMap().keySet().forEach(text -> ports.add(Port.parse(text)));
    return ports;
  }

  private static PortPool.Wanted wanted(Port port, PortBinding binding) {
    var address = binding.getHostIp().isEmpty() ? EVERYWHERE : address(binding.getHostIp());
    var range = binding.getHostPort().split("-", 2);
    var first = binding.getHostPort().isEmpty() ? 0 : hostPort(range[0]);
    var last = range.length == 1 ? first : hostPort(range[1]);
    return new PortPool.Wanted(address, first, last, port.number(), port.protocol());
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("invalid IP address: " + text, e);
    }
  }

  private static int hostPort(String text) {
    try {
      var port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("invalid hostPort: " + text, e);
    }
    throw new IllegalArgumentException("invalid hostPort: " + text);
  }

  private static boolean isFor(PortPool.Wanted wanted, Port port) {
    return wanted.containerPort() == port.number() && wanted.protocol().equals(port.protocol());
  }
}
