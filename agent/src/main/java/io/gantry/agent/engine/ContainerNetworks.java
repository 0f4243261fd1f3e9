package io.gantry.agent.engine;

import io.gantry.agent.Outcome;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.agent.network.EndpointCheck;
import io.gantry.agent.network.NetworkTable;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Network;
import java.time.InstantSource;
import java.util.LinkedHashMap;

/** What is asked about containers' networks, in the networks' own names and checked. */
final class ContainerNetworks {
  private final NetworkTable networks;
  private final InstantSource clock;

  ContainerNetworks(NetworkTable networks, InstantSource clock) {
    this.networks = networks;
    this.clock = clock;
  }

  /**
   * Places under the networks' names, the one of the network mode among them. A network need not be
   * there before the container's start.
   */
  Outcome<ContainerSpec> resolved(ContainerSpec spec) {
    var network = spec.getNetwork();
    var mode = network.getMode();
    var places = new LinkedHashMap<String, EndpointSpec>();
    if (!Modes.isPlain(mode) && !Modes.isOfContainer(mode)) {
      var name = networks.find(mode).map(ContainerNetworks::name).orElse(mode);
      places.put(name, EndpointSpec.getDefaultInstance());
    }
    for (var place : network.getEndpointsMap().entrySet()) {
      var reference = place.getKey().equals("default") ? "bridge" : place.getKey();
      var named = networks.find(reference);
      var name = named.map(ContainerNetworks::name).orElse(reference);
      var wrong = named.flatMap(one -> EndpointCheck.wrong(one, place.getValue()));
      if (wrong.isPresent()) {
        return Outcome.refused(
            ErrorKind.INVALID, "invalid config for network %s: %s".formatted(name, wrong.get()));
      }
      places.put(name, place.getValue());
    }
    return Outcome.done(
        spec.toBuilder()
            .setNetwork(network.toBuilder().clearEndpoints().putAllEndpoints(places))
            .build());
  }

  Outcome<Request> connect(String reference, EndpointSpec wish) {
    var found = networks.find(reference);
    if (found.isEmpty()) {
      return notFound(reference);
    }
    var wrong = EndpointCheck.wrong(found.get(), wish);
    return wrong.isPresent()
        ? Outcome.refused(ErrorKind.INVALID, wrong.get())
        : Outcome.done(
            new Request.Connect(name(found.get()), found.get().getId(), wish, clock.instant()));
  }

  /** With {@code force} also from a network that is gone already. */
  Outcome<Request> disconnect(String reference, boolean force) {
    var found = networks.find(reference);
    if (found.isEmpty() && !force) {
      return notFound(reference);
    }
    return Outcome.done(
        new Request.Disconnect(
            found.map(ContainerNetworks::name).orElse(reference),
            found.map(Network::getId).orElse(""),
            clock.instant()));
  }

  private static String name(Network network) {
    return network.getSpec().getName();
  }

  private static <T> Outcome<T> notFound(String reference) {
    return Outcome.refused(ErrorKind.NOT_FOUND, "network %s not found".formatted(reference));
  }
}
