package io.gantry.agent.container.lifecycle;

import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.Endpoint;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/** A container's places on networks. A stopped one keeps its places, not its addresses there. */
final class Endpoints {
  private Endpoints() {}

  /** Those a container is created with: of its network mode, and others named at its creation. */
  static Map<String, Endpoint> first(ContainerNetworkSpec spec) {
    var first = new HashMap<String, Endpoint>();
    spec.getEndpointsMap()
        .forEach(
            (network, endpoint) ->
                first.put(network, Endpoint.newBuilder().setSpec(endpoint).build()));
    var mode = spec.getNetworkDisabled() ? "none" : spec.getMode();
    switch (mode) {
      case "", "default" -> first.putIfAbsent("bridge", Endpoint.getDefaultInstance());
      case "bridge", "host", "none" -> first.putIfAbsent(mode, Endpoint.getDefaultInstance());
      default -> {
        // Of another container there are no places; one that names a network by its id has its
        // place under the network's name already.
        if (!mode.startsWith("container:") && first.isEmpty()) {
          first.put(mode, Endpoint.getDefaultInstance());
        }
      }
    }
    return first;
  }

  static Facts connected(Facts facts, ContainerEvent.NetworkConnected connected) {
    var endpoint =
        connected
            .endpoint()
            .orElseGet(
                () ->
                    Endpoint.newBuilder()
                        .setSpec(connected.spec())
                        .setNetworkId(connected.networkId())
                        .build());
    return facts.with(status -> status.putEndpoints(connected.network(), endpoint));
  }

  /** Neighbours call it by its new name, too. */
  static Facts renamed(Facts facts, ContainerEvent.Renamed renamed) {
    var endpoints = new HashMap<String, Endpoint>();
    facts
        .container()
        .getStatus()
        .getEndpointsMap()
        .forEach((network, endpoint) -> endpoints.put(network, renamed(endpoint, renamed)));
    return facts
        .with(facts.container().toBuilder().setName(renamed.newName()).build())
        .with(status -> status.putAllEndpoints(endpoints));
  }

  private static Endpoint renamed(Endpoint endpoint, ContainerEvent.Renamed renamed) {
    if (endpoint.getDnsNamesCount() == 0) {
      return endpoint;
    }
    var names = new LinkedHashSet<String>();
    names.add(renamed.newName());
    endpoint.getDnsNamesList().stream()
        .filter(
            name ->
                !name.equals(renamed.oldName())
                    || endpoint.getSpec().getAliasesList().contains(name))
        .forEach(names::add);
    return endpoint.toBuilder().clearDnsNames().addAllDnsNames(names).build();
  }

  static Map<String, Endpoint> withoutAddresses(Map<String, Endpoint> endpoints) {
    var cleared = new HashMap<String, Endpoint>();
    endpoints.forEach(
        (network, endpoint) ->
            cleared.put(
                network,
                Endpoint.newBuilder()
                    .setSpec(endpoint.getSpec())
                    .setNetworkId(endpoint.getNetworkId())
                    .addAllDnsNames(endpoint.getDnsNamesList())
                    .build()));
    return cleared;
  }
}
