package io.gantry.agent.network;

import io.gantry.agent.host.Links;
import io.gantry.protocol.v1.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Through which of its networks a container reaches the rest of the world, for each IP version: the
 * one of the highest priority that has a gateway, the first by name among equals. Its published
 * ports lead to its addresses there.
 */
public record WayOut(
    Optional<Map.Entry<String, Endpoint>> v4, Optional<Map.Entry<String, Endpoint>> v6) {
  /** {@code endpoints} by network name. */
  public static WayOut of(Map<String, Endpoint> endpoints) {
    return new WayOut(
        best(endpoints, Endpoint::getGateway), best(endpoints, Endpoint::getIpv6Gateway));
  }

  private static Optional<Map.Entry<String, Endpoint>> best(
      Map<String, Endpoint> endpoints, Function<Endpoint, String> gateway) {
    var byPriority =
        Comparator.<Map.Entry<String, Endpoint>>comparingInt(
            entry -> -entry.getValue().getSpec().getGwPriority());
    return endpoints.entrySet().stream()
        .filter(entry -> !gateway.apply(entry.getValue()).isEmpty())
        .min(byPriority.thenComparing(Map.Entry::getKey))
        .map(entry -> Map.entry(entry.getKey(), entry.getValue()));
  }

  /** The gateways that lie on this network. */
  public List<InetAddress> gateways(String network) {
    var gateways = new ArrayList<InetAddress>();
    v4.filter(entry -> entry.getKey().equals(network))
        .ifPresent(entry -> gateways.add(Subnet.address(entry.getValue().getGateway())));
    v6.filter(entry -> entry.getKey().equals(network))
        .ifPresent(entry -> gateways.add(Subnet.address(entry.getValue().getIpv6Gateway())));
    return List.copyOf(gateways);
  }

  /** The default routes, of each IP version. */
  public List<Links.Route> routes() {
    var routes = new ArrayList<Links.Route>();
    v4.map(Map.Entry::getValue)
        .ifPresent(endpoint -> routes.add(route(endpoint.getGateway(), endpoint)));
    v6.map(Map.Entry::getValue)
        .ifPresent(endpoint -> routes.add(route(endpoint.getIpv6Gateway(), endpoint)));
    return List.copyOf(routes);
  }

  private static Links.Route route(String gateway, Endpoint endpoint) {
    return new Links.Route(Subnet.address(gateway), Endpoints.device(endpoint));
  }

  /** The container's own addresses there. */
  public List<InetAddress> addresses() {
    var addresses = new ArrayList<InetAddress>();
    v4.ifPresent(entry -> addresses.add(Subnet.address(entry.getValue().getIpAddress())));
    v6.ifPresent(entry -> addresses.add(Subnet.address(entry.getValue().getGlobalIpv6Address())));
    return List.copyOf(addresses);
  }
}
