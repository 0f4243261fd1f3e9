package io.gantry.cluster.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * Chooses a host. First falls out who cannot take the container; of the others those win that a
 * soft constraint prefers, then those that have the image, unless they run more than {@link
 * #IMAGE_IS_WORTH} containers more than the emptiest; then the strategy; then the name.
 */
public final class Placement {
  private static final int IMAGE_IS_WORTH = 4;

  private Placement() {}

  /** What it comes to, with the reason in words. */
  public sealed interface Decision {
    record Placed(Candidate host, String reason) implements Decision {}

    /** {@code reason}: one clause for each host. */
    record Nowhere(String reason) implements Decision {}
  }

  public static Decision choose(Wish wish, Collection<Candidate> candidates) {
    var volumes = somewhere(wish.volumes(), candidates, true);
    var networks = somewhere(wish.networks(), candidates, false);
    var against = new TreeMap<String, String>();
    var able = new ArrayList<Candidate>();
    for (var candidate : candidates) {
      var why = obstacle(wish, volumes, networks, candidate);
      if (why.isEmpty()) {
        able.add(candidate);
      } else {
        against.put(candidate.name(), why);
      }
    }
    if (able.isEmpty()) {
      return new Decision.Nowhere(
          against.isEmpty()
              ? "no host takes part"
              : String.join(
                  "; ",
                  against.entrySet().stream()
                      .map(host -> "host %s: %s".formatted(host.getKey(), host.getValue()))
                      .toList()));
    }
    var best = able.stream().min(order(wish, able)).orElseThrow();
    return new Decision.Placed(best, reason(wish, best, candidates.size(), able.size()));
  }

  /** Those that some host has. Nobody has a volume that is yet to be made. */
  private static Set<String> somewhere(
      Set<String> names, Collection<Candidate> candidates, boolean volumes) {
    return names.stream()
        .filter(
            name ->
                candidates.stream()
                    .anyMatch(one -> (volumes ? one.volumes() : one.networks()).contains(name)))
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  /** Empty: none. */
  private static String obstacle(
      Wish wish, Set<String> volumes, Set<String> networks, Candidate host) {
    if (host.drained()) {
      return "it is drained";
    }
    for (var constraint : wish.constraints()) {
      if (!constraint.soft() && !constraint.holds(host)) {
        return "%s does not hold".formatted(constraint);
      }
    }
    for (var volume : volumes) {
      if (!host.volumes().contains(volume)) {
        return "it does not have volume %s".formatted(volume);
      }
    }
    for (var network : networks) {
      if (!host.networks().contains(network)) {
        return "it does not have network %s".formatted(network);
      }
    }
    if (wish.memoryBytes() > freeMemory(host)) {
      return "%d MiB of memory are asked for and %d are free"
          .formatted(wish.memoryBytes() >> 20, Math.max(0, freeMemory(host)) >> 20);
    }
    if (wish.nanoCpus() > freeCpus(host)) {
      return String.format(
          Locale.ROOT,
          "%.2f processors are asked for and %.2f are free",
          wish.nanoCpus() / 1e9,
          Math.max(0, freeCpus(host)) / 1e9);
    }
    return host.refusals().isEmpty() ? "" : host.refusals().getFirst();
  }

  private static long freeMemory(Candidate host) {
    return host.memoryBytes() - host.reservedMemoryBytes();
  }

  private static long freeCpus(Candidate host) {
    return host.cpus() * 1_000_000_000L - host.reservedNanoCpus();
  }

  private static Comparator<Candidate> order(Wish wish, List<Candidate> able) {
    var fewest = able.stream().mapToInt(Candidate::containers).min().orElse(0);
    var byLoad =
        Comparator.comparingInt(Candidate::containers)
            .thenComparingDouble(Placement::reservedShare);
    return Comparator.<Candidate>comparingLong(host -> -preferences(wish, host))
        .thenComparing(host -> !(host.hasImage() && host.containers() - fewest <= IMAGE_IS_WORTH))
        .thenComparing(
            switch (wish.strategy()) {
              case SPREAD -> byLoad;
              case PACK -> byLoad.reversed();
            })
        .thenComparing(Candidate::name)
        .thenComparing(Candidate::id);
  }

  private static long preferences(Wish wish, Candidate host) {
    return wish.constraints().stream()
        .filter(constraint -> constraint.soft() && constraint.holds(host))
        .count();
  }

  /** Of the scarcer of the two. */
  private static double reservedShare(Candidate host) {
    return Math.max(
        host.reservedMemoryBytes() / (double) Math.max(1, host.memoryBytes()),
        host.reservedNanoCpus() / (1e9 * Math.max(1, host.cpus())));
  }

  private static String reason(Wish wish, Candidate host, int all, int able) {
    var parts = new ArrayList<String>();
    parts.add("%d of %d hosts can take it".formatted(able, all));
    if (!wish.constraints().isEmpty()) {
      parts.add(String.join(", ", wish.constraints().stream().map(Constraint::toString).toList()));
    }
    parts.add(host.hasImage() ? "the image is there" : "the image is not there");
    parts.add(
        "%d containers run there (%s)"
            .formatted(host.containers(), wish.strategy().name().toLowerCase(Locale.ROOT)));
    return String.join("; ", parts);
  }
}
