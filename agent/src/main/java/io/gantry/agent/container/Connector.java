package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Connection.Kind;
import io.gantry.agent.host.Firewall.PublishedPort;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.network.Endpoints;
import io.gantry.agent.network.NetworkTable;
import io.gantry.agent.network.PortBook;
import io.gantry.agent.network.PortPool;
import io.gantry.agent.network.WayOut;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.PortBindings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connects runs to their networks and disconnects them again. Calls for one container come one
 * after another. What is kept in memory is what the host has; a restarted agent takes it up again
 * from the record, and mends what differs.
 */
public final class Connector {
  private final Host host;
  private final NetworkTable networks;
  private final PortPool ports;
  private final Board board;
  private final Naming naming;
  private final NetworkFiles files;
  private final UserMapping mapping;

  /** Of each run, by network, in the order of their making. */
  private final Map<ContainerId, Map<String, Endpoint>> live = new ConcurrentHashMap<>();

  public Connector(
      Host host,
      NetworkTable networks,
      PortPool ports,
      Board board,
      Naming naming,
      Directories directories) {
    this.host = host;
    this.networks = networks;
    this.ports = ports;
    this.board = board;
    this.naming = naming;
    this.files = new NetworkFiles(directories);
    this.mapping = new UserMapping(directories);
  }

  Connection connect(ContainerId id, Container container) throws IOException {
    var mode = container.getSpec().getNetwork().getMode();
    if (mode.startsWith("container:")) {
      return ofAnother(mode.substring("container:".length()));
    }
    var places = Places.of(container);
    if (places.containsKey("host")) {
      return without(new Kind.OfTheHost(), "host");
    }
    if (places.containsKey("none")) {
      return without(new Kind.Fresh(), "none");
    }
    return plugged(id, container, places);
  }

  private Connection without(Kind kind, String network) throws IOException {
    var endpoint = Endpoint.newBuilder().setNetworkId(networks.named(network).getId()).build();
    return new Connection(kind, Map.of(network, endpoint), Map.of(), List.of(), hosts(), false);
  }

  private Connection ofAnother(String other) throws IOException {
    var pid = board.find(other).map(container -> container.getStatus().getPid()).orElse(0L);
    if (pid == 0) {
      throw new IOException("cannot join network of a non running container: " + other);
    }
    var kind = new Kind.Of(other, Path.of("/proc/" + pid + "/ns/net"));
    return new Connection(kind, Map.of(), Map.of(), List.of(), List.of(), false);
  }

  private Connection plugged(ContainerId id, Container container, Map<String, Endpoint> places)
      throws IOException {
    var networksByName = new LinkedHashMap<String, Network>();
    var endpoints = new LinkedHashMap<String, Endpoint>();
    for (var place : places.entrySet()) {
      var network = networks.of(place.getKey(), place.getValue().getNetworkId());
      networksByName.put(place.getKey(), network);
      endpoints.put(
          place.getKey(), place(id, container, network, place.getValue().getSpec(), endpoints));
    }
    var namespace = namespace(id, container);
    var wayOut = WayOut.of(endpoints);
    for (var place : endpoints.entrySet()) {
      var network = Objects.requireNonNull(networksByName.get(place.getKey()));
      host.links()
          .plug(id, Endpoints.plug(network, place.getValue(), wayOut.gateways(place.getKey())));
    }
    live.put(id, endpoints);
    var shown = publish(id, container, wayOut);
    naming.enter(id, endpoints);
    var named = endpoints.values().stream().anyMatch(Connector::hasNames);
    if (named) {
      naming.open(id, namespace, container, hasOutside(endpoints), Optional.empty());
    }
    return new Connection(
        new Kind.At(namespace), Map.copyOf(endpoints), shown, own(endpoints), hosts(), named);
  }

  /** It belongs to the container's own user namespace where that is one. */
  private Path namespace(ContainerId id, Container container) throws IOException {
    return UserMapping.of(container.getSpec()).isAll()
        ? host.links().ensureNamespace(id)
        : host.links().ensureNamespace(id, mapping.namespace(id));
  }

  private static boolean hasNames(Endpoint endpoint) {
    return endpoint.getDnsNamesCount() > 0;
  }

  private static boolean hasOutside(Map<String, Endpoint> endpoints) {
    return !WayOut.of(endpoints).routes().isEmpty();
  }

  private static List<InetAddress> own(Map<String, Endpoint> endpoints) {
    return endpoints.values().stream()
        .flatMap(endpoint -> Endpoints.addresses(endpoint).stream())
        .map(address -> address.ip())
        .toList();
  }

  /** The host as every network reaches it. */
  private List<InetAddress> hosts() throws IOException {
    return NetworkTable.gateways(networks.named("bridge")).stream()
        .map(address -> address.ip())
        .toList();
  }

  private Endpoint place(
      ContainerId id,
      Container container,
      Network network,
      EndpointSpec wanted,
      Map<String, Endpoint> others)
      throws IOException {
    var pool = networks.addresses(network);
    if (pool.isEmpty()) {
      throw new IOException(
          "container cannot be connected to multiple networks with one of the networks in private"
              + " (none) mode");
    }
    return Endpoints.of(
        container, network, wanted, pool.get().take(id, wanted), Places.freeDevice(others));
  }

  /** Host ports are held for as long as the container runs, whatever networks it is on. */
  private Map<String, PortBindings> publish(ContainerId id, Container container, WayOut wayOut)
      throws IOException {
    var spec = container.getSpec().getNetwork();
    var binding = networks.hostBinding(wayOut);
    var taken = ports.take(id, PortBook.placed(spec, binding));
    publish(id, taken, wayOut);
    return PortBook.shown(spec, PortBook.both(taken, hostHasVersionSix()));
  }

  /** Then every published port answers there as well: what the firewall cannot lead, is relayed. */
  private static boolean hostHasVersionSix() {
    return Files.exists(Path.of("/proc/net/if_inet6"));
  }

  private void publish(ContainerId id, List<PublishedPort> taken, WayOut wayOut)
      throws IOException {
    if (!taken.isEmpty()) {
      host.firewall()
          .publish(id, wayOut.addresses(), PortBook.both(taken, wayOut.v6().isPresent()));
      ports.direct(id, wayOut.addresses());
    }
  }

  /** A running container comes to one more network. Leaves nothing behind on failure. */
  Endpoint join(
      ContainerId id, Container container, String name, String networkId, EndpointSpec wanted)
      throws IOException {
    var before = live.get(id);
    if (before == null) {
      throw new IOException(
          "container %s has no network namespace of the agent's making"
              .formatted(id.abbreviated()));
    }
    var network = networks.of(name, networkId);
    var endpoint = place(id, container, network, wanted, before);
    var after = new LinkedHashMap<>(before);
    after.put(name, endpoint);
    try {
      var wayOut = WayOut.of(after);
      var namespace = namespace(id, container);
      host.links().plug(id, Endpoints.plug(network, endpoint, wayOut.gateways(name)));
      turn(id, WayOut.of(before), wayOut);
      if (hasNames(endpoint) && !naming.isOpen(id)) {
        naming.open(id, namespace, container, hasOutside(after), Optional.empty());
        files.writeResolvConf(id, container, true);
      }
      files.addHosts(id, container, own(Map.of(name, endpoint)));
      live.put(id, after);
      naming.enter(id, after);
      return endpoint;
    } catch (IOException | RuntimeException failed) {
      host.links().unplug(id, endpoint.getDevice());
      networks.addresses(network).ifPresent(pool -> pool.release(id));
      throw failed;
    }
  }

  /** A running container leaves a network; what is gone already is no failure. */
  void leave(ContainerId id, Container container, String name) throws IOException {
    var before = live.getOrDefault(id, Map.of());
    var endpoint = before.get(name);
    if (endpoint == null) {
      return;
    }
    var after = new LinkedHashMap<>(before);
    after.remove(name);
    naming.enter(id, after);
    host.links().unplug(id, Endpoints.device(endpoint));
    files.removeHosts(id, container, own(Map.of(name, endpoint)));
    turn(id, WayOut.of(before), WayOut.of(after));
    // Only now, so that one that failed is tried again.
    live.put(id, after);
    networks
        .find(endpoint.getNetworkId())
        .flatMap(networks::addresses)
        .ifPresent(pool -> pool.release(id));
  }

  /** Another of its networks is the way out now: default routes and published ports follow. */
  private void turn(ContainerId id, WayOut before, WayOut after) throws IOException {
    if (!after.routes().equals(before.routes())) {
      host.links().route(id, after.routes());
    }
    var held = ports.held(id);
    if (!after.addresses().equals(before.addresses())) {
      publish(id, held, after);
    }
  }

  /** Gives back what an ended run held. What is not held any more is no failure. */
  void disconnect(ContainerId id, Container container) throws IOException {
    naming.close(id);
    live.remove(id);
    ports.release(id);
    if (container.getStatus().getPortsCount() > 0
        || container.getSpec().getNetwork().getPortBindingsCount() > 0
        || container.getSpec().getNetwork().getPublishAllPorts()) {
      host.firewall().withdraw(id);
    }
    if (Places.holdsNamespace(container)) {
      host.links().removeNamespace(id);
    }
    networks
        .list()
        .forEach(network -> networks.addresses(network).ifPresent(pool -> pool.release(id)));
  }

  /** A running container's neighbours find it from now on, before it is {@link #restore}d. */
  public void name(Container container) throws IOException {
    var id = new ContainerId(container.getId());
    if (host.links().hasNamespace(id)) {
      naming.enter(id, recorded(container));
    }
  }

  private static Map<String, Endpoint> recorded(Container container) {
    var endpoints = new LinkedHashMap<String, Endpoint>();
    Places.byDevice(container.getStatus().getEndpointsMap()).forEach(endpoints::put);
    endpoints.values().removeIf(endpoint -> Endpoints.addresses(endpoint).isEmpty());
    return endpoints;
  }

  /**
   * Takes up again what a running container holds, after the agent's start: addresses, ports,
   * names; and makes its devices those that are recorded.
   */
  public void restore(Container container) throws IOException {
    var id = new ContainerId(container.getId());
    var endpoints = recorded(container);
    for (var endpoint : endpoints.values()) {
      networks
          .find(endpoint.getNetworkId())
          .flatMap(networks::addresses)
          .ifPresent(
              pool ->
                  Endpoints.addresses(endpoint)
                      .forEach(address -> pool.takeAgain(id, address.ip())));
    }
    var wayOut = WayOut.of(endpoints);
    var held = ports.take(id, PortBook.held(container.getStatus().getPortsMap()));
    ports.direct(id, wayOut.addresses());
    if (!host.links().hasNamespace(id)) {
      return;
    }
    live.put(id, endpoints);
    naming.enter(id, endpoints);
    mend(id, endpoints, wayOut);
    publish(id, held, wayOut);
    if (endpoints.values().stream().anyMatch(Connector::hasNames)) {
      var kept = host.monitor().kept(id, container.getStatus().getIncarnation());
      naming.open(id, namespace(id, container), container, hasOutside(endpoints), kept);
    }
  }

  /** What its monitor is to keep open for the next agent. */
  Optional<Descriptor> kept(ContainerId id) {
    return naming.descriptor(id);
  }

  /** An agent may have died between a device and its record. */
  private void mend(ContainerId id, Map<String, Endpoint> endpoints, WayOut wayOut)
      throws IOException {
    var there = new ArrayList<>(host.links().counters(id).keySet());
    for (var place : endpoints.entrySet()) {
      var network = networks.find(place.getValue().getNetworkId());
      if (!there.remove(Endpoints.device(place.getValue())) && network.isPresent()) {
        host.links()
            .plug(
                id,
                Endpoints.plug(network.get(), place.getValue(), wayOut.gateways(place.getKey())));
      }
    }
    for (var unknown : there) {
      if (unknown.matches("eth[0-9]+")) {
        host.links().unplug(id, unknown);
      }
    }
  }
}
