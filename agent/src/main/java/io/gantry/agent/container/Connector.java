package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Connection.Kind;
import io.gantry.agent.host.Links.Address;
import io.gantry.agent.host.Links.Plug;
import io.gantry.agent.network.NetworkTable;
import io.gantry.agent.network.PortBook;
import io.gantry.agent.network.PortPool;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Connects one run to its network and disconnects it again. */
public final class Connector {
  private static final String DEVICE = "eth0";

  private final Host host;
  private final NetworkTable networks;
  private final PortPool ports;
  private final Board board;

  public Connector(Host host, NetworkTable networks, PortPool ports, Board board) {
    this.host = host;
    this.networks = networks;
    this.ports = ports;
    this.board = board;
  }

  Connection connect(ContainerId id, Container container) throws IOException {
    var spec = container.getSpec().getNetwork();
    var mode = spec.getNetworkDisabled() ? "none" : spec.getMode();
    if (mode.startsWith("container:")) {
      return ofAnother(mode.substring("container:".length()));
    }
    return switch (mode) {
      case "none" -> without(new Kind.Fresh(), "none");
      case "host" -> without(new Kind.OfTheHost(), "host");
      case "", "default" -> plugged(id, container, named("bridge"));
      default -> plugged(id, container, named(mode));
    };
  }

  private Network named(String reference) throws IOException {
    return networks
        .find(reference)
        .orElseThrow(() -> new IOException("network %s not found".formatted(reference)));
  }

  private Connection without(Kind kind, String network) throws IOException {
    var endpoint = Endpoint.newBuilder().setNetworkId(named(network).getId()).build();
    return new Connection(
        kind, Map.of(network, endpoint), Map.of(), Optional.empty(), Optional.empty());
  }

  private Connection ofAnother(String other) throws IOException {
    var pid = board.find(other).map(container -> container.getStatus().getPid()).orElse(0L);
    if (pid == 0) {
      throw new IOException("cannot join network of a non running container: " + other);
    }
    return new Connection(
        new Kind.At(Path.of("/proc/" + pid + "/ns/net")),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  private Connection plugged(ContainerId id, Container container, Network network)
      throws IOException {
    if (network.getBridge().isEmpty()) {
      return without(
          network.getSpec().getDriver().equals("host") ? new Kind.OfTheHost() : new Kind.Fresh(),
          network.getSpec().getName());
    }
    var spec = container.getSpec().getNetwork();
    var name = network.getSpec().getName();
    var wanted = wanted(spec.getEndpointsMap(), network);
    var address = address(id, network, wanted);
    var gateway = networks.gateway(network).ip();
    var mac = mac(spec.getMacAddress(), wanted, address.ip());
    var namespace = host.links().ensureNamespace(id);
    var route =
        network.getSpec().getInternal() ? Optional.<InetAddress>empty() : Optional.of(gateway);
    host.links().plug(id, new Plug(network.getBridge(), DEVICE, address, route, mac));
    var published = ports.take(id, PortBook.wanted(spec));
    if (!published.isEmpty()) {
      host.firewall().publish(id, address.ip(), published);
    }
    var endpoint =
        Endpoint.newBuilder()
            .setSpec(wanted)
            .setNetworkId(network.getId())
            .setEndpointId(endpointId(id, network))
            .setGateway(route.map(InetAddress::getHostAddress).orElse(""))
            .setIpAddress(address.ip().getHostAddress())
            .setIpPrefixLength(address.prefixLength())
            .setMacAddress(mac)
            .addDnsNames(container.getName())
            .addDnsNames(id.abbreviated())
            .build();
    return new Connection(
        new Kind.At(namespace),
        Map.of(name, endpoint),
        PortBook.shown(spec, published),
        Optional.of(address.ip()),
        Optional.of(gateway));
  }

  private static EndpointSpec wanted(Map<String, EndpointSpec> endpoints, Network network) {
    var byName = endpoints.get(network.getSpec().getName());
    return byName != null
        ? byName
        : endpoints.getOrDefault(network.getId(), EndpointSpec.getDefaultInstance());
  }

  private Address address(ContainerId id, Network network, EndpointSpec wanted) throws IOException {
    var pool = networks.addresses(network).orElseThrow();
    if (wanted.getIpv4Address().isEmpty()) {
      return pool.take(id)
          .orElseThrow(
              () ->
                  new IOException(
                      "no available IPv4 addresses on network " + network.getSpec().getName()));
    }
    var address = InetAddress.ofLiteral(wanted.getIpv4Address());
    if (!pool.take(id, address)) {
      throw new IOException("Address already in use: " + wanted.getIpv4Address());
    }
    return new Address(address, networks.gateway(network).prefixLength());
  }

  /** As Docker makes them: 02:42 and the address, so that an address always has the same MAC. */
  private static String mac(String ofContainer, EndpointSpec wanted, InetAddress address) {
    if (!wanted.getMacAddress().isEmpty()) {
      return wanted.getMacAddress();
    }
    return ofContainer.isEmpty()
        ? "02:42:" + HexFormat.ofDelimiter(":").formatHex(address.getAddress())
        : ofContainer;
  }

  private static String endpointId(ContainerId id, Network network) {
    return id.value().substring(0, 32) + network.getId().substring(0, 32);
  }

  /** Gives back what an ended run held. What is not held any more is no failure. */
  void disconnect(ContainerId id, Container container) throws IOException {
    ports.release(id);
    if (container.getStatus().getPortsCount() > 0
        || container.getSpec().getNetwork().getPortBindingsCount() > 0
        || container.getSpec().getNetwork().getPublishAllPorts()) {
      host.firewall().withdraw(id);
    }
    if (holdsNamespace(container)) {
      host.links().removeNamespace(id);
    }
    networks
        .list()
        .forEach(network -> networks.addresses(network).ifPresent(pool -> pool.release(id)));
  }

  private static boolean holdsNamespace(Container container) {
    var spec = container.getSpec().getNetwork();
    var mode = spec.getNetworkDisabled() ? "none" : spec.getMode();
    return !mode.equals("none") && !mode.equals("host") && !mode.startsWith("container:");
  }

  /** Takes up again what a running container holds, after the agent's start. */
  public void restore(Container container) throws IOException {
    var id = new ContainerId(container.getId());
    for (var endpoint : container.getStatus().getEndpointsMap().values()) {
      if (!endpoint.getIpAddress().isEmpty()) {
        var network = networks.find(endpoint.getNetworkId());
        var address = InetAddress.ofLiteral(endpoint.getIpAddress());
        network.flatMap(networks::addresses).ifPresent(pool -> pool.take(id, address));
      }
    }
    ports.take(id, PortBook.held(container.getStatus().getPortsMap()));
  }
}
