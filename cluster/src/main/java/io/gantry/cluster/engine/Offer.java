package io.gantry.cluster.engine;

import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.cluster.placement.Wishes;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.PortBinding;
import io.gantry.protocol.v1.Volume;
import java.util.HashSet;
import java.util.Set;

/** What a host has of what a new container needs. Answers from memory. */
public final class Offer {
  private Offer() {}

  public static OfferResponse of(Engine engine, ContainerSpec spec) {
    var offer = OfferResponse.newBuilder();
    offer.setHasImage(
        !(engine.images().inspect(spec.getImage()) instanceof Outcome.Refused<Image>));
    for (var volume : Wishes.volumes(spec)) {
      if (!(engine.volumes().inspect(volume) instanceof Outcome.Refused<Volume>)) {
        offer.addVolumes(volume);
      }
    }
    for (var network : Wishes.networks(spec)) {
      if (!(engine.networks().inspect(network) instanceof Outcome.Refused<Network>)) {
        offer.addNetworks(network);
      }
    }
    var wanted = wanted(spec);
    if (!wanted.isEmpty()) {
      for (var container : engine.containers().list()) {
        for (var port : taken(container)) {
          if (wanted.contains(port)) {
            offer.addRefusals(
                "port %s is taken by container %s".formatted(port, container.getName()));
          }
        }
      }
    }
    var present = engine.containers().list().stream().filter(Offer::runsOrIsAboutTo).toList();
    return offer.setSummary(Summaries.of(engine.host(), present)).build();
  }

  /** One that was placed and is not started yet counts, or a crowd would all go to one host. */
  private static boolean runsOrIsAboutTo(Container container) {
    return switch (container.getStatus().getState()) {
      case CREATED, RUNNING, PAUSED, RESTARTING -> true;
      case EXITED, REMOVING, DEAD, CONTAINER_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  private static Set<String> wanted(ContainerSpec spec) {
    var ports = new HashSet<String>();
    spec.getNetwork()
        .getPortBindingsMap()
        .forEach(
            (port, bindings) ->
                bindings.getBindingsList().forEach(binding -> add(ports, port, binding)));
    return ports;
  }

  private static Set<String> taken(Container container) {
    var ports = new HashSet<String>();
    container
        .getStatus()
        .getPortsMap()
        .forEach(
            (port, bindings) ->
                bindings.getBindingsList().forEach(binding -> add(ports, port, binding)));
    return ports;
  }

  /** "80/tcp" on the host's side; ranges and ports that the host chooses are nobody's yet. */
  private static void add(Set<String> ports, String containerPort, PortBinding binding) {
    var port = binding.getHostPort();
    if (!port.isEmpty() && !port.equals("0") && !port.contains("-")) {
      var slash = containerPort.indexOf('/');
      ports.add(port + (slash < 0 ? "/tcp" : containerPort.substring(slash)));
    }
  }
}
