package io.gantry.cluster.services.lifecycle;

import io.gantry.agent.Outcome;
import io.gantry.cluster.placement.Candidate;
import io.gantry.cluster.placement.Placement;
import io.gantry.cluster.placement.Wish;
import io.gantry.cluster.placement.Wishes;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a replica goes: among the hosts that can take it to those with the fewest replicas of its
 * service, and of these to the one that {@link Placement} chooses.
 */
final class Choice {
  private Choice() {}

  /** {@code offers}: of the hosts that have answered. */
  static Placement.Decision of(
      Service service,
      Collection<ServiceHost> hosts,
      Map<String, OfferResponse> offers,
      Occupancy occupancy) {
    var groups = new TreeMap<Integer, List<Candidate>>();
    var all = new ArrayList<Candidate>();
    for (var host : hosts) {
      var offer = offers.get(host.id());
      if (offer != null && host.isUp()) {
        var candidate = candidate(service, host, offer, occupancy);
        all.add(candidate);
        groups
            .computeIfAbsent(occupancy.replicas(service.getId(), host.id()), _ -> new ArrayList<>())
            .add(candidate);
      }
    }
    var wish = wish(service);
    for (var group : groups.entrySet()) {
      if (Placement.choose(wish, group.getValue())
          instanceof Placement.Decision.Placed(var host, var reason)) {
        var fewest = "fewest replicas of the service (%d); %s".formatted(group.getKey(), reason);
        return new Placement.Decision.Placed(host, fewest);
      }
    }
    return Placement.choose(wish, all);
  }

  private static Wish wish(Service service) {
    var container = service.getSpec().getContainer();
    var reservation = service.getSpec().getReservation();
    var own = Wishes.of(container) instanceof Outcome.Done<Wish>(var known) ? known : null;
    return new Wish(
        reservation.getMemoryBytes(),
        reservation.getNanoCpus(),
        Set.of(), // Each host has a volume of its own of that name.
        Wishes.networks(container),
        own == null ? List.of() : own.constraints(),
        own == null ? Wish.Strategy.SPREAD : own.strategy());
  }

  private static Candidate candidate(
      Service service, ServiceHost host, OfferResponse offer, Occupancy occupancy) {
    var refusals = new ArrayList<String>();
    obstacle(service, host, occupancy).ifPresent(refusals::add);
    refusals.addAll(offer.getRefusalsList());
    return new Candidate(
        host.id(),
        host.name(),
        host.isDrained(),
        offer.getSummary().getCpus(),
        offer.getSummary().getMemoryBytes(),
        occupancy.cpus(host.id()),
        occupancy.memory(host.id()),
        offer.getSummary().getContainers() + occupancy.fresh(host.id()),
        offer.getHasImage(),
        Set.copyOf(offer.getVolumesList()),
        Set.copyOf(offer.getNetworksList()),
        refusals);
  }

  private static Optional<String> obstacle(Service service, ServiceHost host, Occupancy occupancy) {
    if (host.isPaused()) {
      return Optional.of("it is paused");
    }
    var most = service.getSpec().getPlacement().getMaxReplicasPerNode();
    if (most > 0 && occupancy.replicas(service.getId(), host.id()) >= most) {
      return Optional.of("it has %d replicas, the most there may be".formatted(most));
    }
    return unmet(service, host);
  }

  /** A constraint that does not hold on a host, in words. */
  static Optional<String> unmet(Service service, ServiceHost host) {
    for (var text : service.getSpec().getPlacement().getConstraintsList()) {
      var constraint = NodeConstraint.parse(text);
      if (constraint.isEmpty() || !constraint.get().holds(host)) {
        return Optional.of("%s does not hold".formatted(text.strip()));
      }
    }
    return Optional.empty();
  }
}
