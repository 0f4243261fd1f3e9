package io.gantry.cluster.engine;

import io.gantry.agent.Outcome;
import io.gantry.cluster.placement.Candidate;
import io.gantry.cluster.placement.Constraint;
import io.gantry.cluster.placement.Placement;
import io.gantry.cluster.placement.Placement.Decision;
import io.gantry.cluster.placement.Wish;
import io.gantry.cluster.placement.Wishes;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.OfferResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Asks all hosts at once what they have, and lets {@link Placement} choose. The reason is kept with
 * the container, in its annotation {@code gantry.placement.reason}, and so in its host's record.
 */
public final class ByOffers implements Placing {
  public static final String REASON = "gantry.placement.reason";
  private static final Duration OFFER = Duration.ofSeconds(2);

  private final AllHosts hosts;
  private final Locator locator;

  ByOffers(AllHosts hosts, Locator locator) {
    this.hosts = hosts;
    this.locator = locator;
  }

  @Override
  public Outcome<Place> place(Optional<String> name, ContainerSpec spec) {
    if (name.isPresent()
        && locator.find(name.get()) instanceof Outcome.Done<Locator.Located>(var other)) {
      return Outcome.refused(
          ErrorKind.CONFLICT,
          ("Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to"
                  + " remove (or rename) that container to be able to reuse that name.")
              .formatted(name.get(), other.id()));
    }
    var wish = wish(spec);
    return switch (wish) {
      case Outcome.Done<Wish>(var known) -> decided(known, spec);
      case Outcome.Unchanged<Wish>(var known) -> decided(known, spec);
      case Outcome.Refused<Wish> refused -> refused.as();
    };
  }

  /** What the specification asks for; with those containers that it shares something with. */
  private Outcome<Wish> wish(ContainerSpec spec) {
    var wish = Wishes.of(spec);
    if (!(wish instanceof Outcome.Done<Wish>(var known))) {
      return wish;
    }
    var constraints = new ArrayList<>(known.constraints());
    for (var neighbour : neighbours(spec)) {
      switch (locator.find(neighbour)) {
        case Outcome.Done<Locator.Located>(var at) ->
            constraints.add(new Constraint(at.host().name(), true, false));
        case Outcome.Unchanged<Locator.Located>(var at) ->
            constraints.add(new Constraint(at.host().name(), true, false));
        case Outcome.Refused<Locator.Located> refused -> {
          return refused.as();
        }
      }
    }
    return Outcome.done(
        new Wish(
            known.memoryBytes(),
            known.nanoCpus(),
            known.volumes(),
            known.networks(),
            constraints,
            known.strategy()));
  }

  private static Set<String> neighbours(ContainerSpec spec) {
    var names = new LinkedHashSet<String>();
    for (var mode :
        List.of(
            spec.getNetwork().getMode(),
            spec.getSecurity().getIpcMode(),
            spec.getSecurity().getPidMode())) {
      if (mode.startsWith("container:")) {
        names.add(mode.substring("container:".length()));
      }
    }
    spec.getStorage().getVolumesFromList().forEach(from -> names.add(from.split(":", 2)[0]));
    spec.getNetwork().getLinksList().forEach(link -> names.add(link.split(":", 2)[0]));
    return names;
  }

  private Outcome<Place> decided(Wish wish, ContainerSpec spec) {
    var up = hosts.up();
    var candidates = candidates(up, spec);
    return switch (Placement.choose(wish, candidates.values())) {
      case Decision.Placed(var chosen, var reason) -> {
        var host =
            up.stream().filter(one -> one.id().equals(chosen.id())).findFirst().orElseThrow();
        var placed =
            Wishes.withoutVariables(spec).toBuilder()
                .putAnnotations(REASON, "host %s: %s".formatted(host.name(), reason))
                .build();
        yield Outcome.done(new Place(host, placed));
      }
      case Decision.Nowhere(var reason) ->
          Outcome.refused(ErrorKind.EXHAUSTED, "no host can take the container: " + reason);
    };
  }

  /** Of the hosts that answer in time, by their ids. */
  private static Map<String, Candidate> candidates(List<Host> up, ContainerSpec spec) {
    var asked = new HashMap<Host, CompletableFuture<Outcome<OfferResponse>>>();
    for (var host : up) {
      asked.put(host, soon(host.offers().offer(spec)));
    }
    var candidates = new HashMap<String, Candidate>();
    asked.forEach(
        (host, answer) -> {
          if (answer.join() instanceof Outcome.Done<OfferResponse>(var offer)) {
            candidates.put(host.id(), candidate(host, offer));
          }
        });
    return candidates;
  }

  private static <T> CompletableFuture<Outcome<T>> soon(CompletionStage<Outcome<T>> answer) {
    return answer
        .toCompletableFuture()
        .completeOnTimeout(
            Outcome.refused(ErrorKind.UNAVAILABLE, "no answer in time"),
            OFFER.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static Candidate candidate(Host host, OfferResponse offer) {
    var summary = offer.getSummary();
    return new Candidate(
        host.id(),
        host.name(),
        host.known().getDrained(),
        summary.getCpus(),
        summary.getMemoryBytes(),
        summary.getReservedNanoCpus(),
        summary.getReservedMemoryBytes(),
        summary.getContainers(),
        offer.getHasImage(),
        Set.copyOf(offer.getVolumesList()),
        Set.copyOf(offer.getNetworksList()),
        offer.getRefusalsList());
  }
}
