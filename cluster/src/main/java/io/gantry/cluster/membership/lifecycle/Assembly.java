package io.gantry.cluster.membership.lifecycle;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the hosts of a cluster find each other: after they have joined, after restarts, and after
 * they were parted. Each asks the others whom they work with, a formation, and decides by itself.
 * At most one formation comes to be where a majority hears each other, none where no majority does;
 * where two have come to be nevertheless, the smaller gives way.
 */
public final class Assembly {
  private Assembly() {}

  /** What to do now. */
  public sealed interface Decision {
    /** Nothing can be done, or nothing needs to be. */
    record Wait() implements Decision {}

    /** Be the first of a formation. */
    record Form() implements Decision {}

    /** Enter the formation of these. */
    record Join(Set<String> hosts) implements Decision {}

    /** Leave the formation for the one of these. */
    record GiveWay(Set<String> hosts) implements Decision {}
  }

  /**
   * @param self this host
   * @param roster all that belong to the cluster, this host included
   * @param formation whom this host works with, itself included; empty: with nobody
   * @param heard hosts that answered, with their formations as they see them
   */
  public static Decision decide(
      String self, Set<String> roster, Set<String> formation, Map<String, Set<String>> heard) {
    var best =
        heard.values().stream()
            .filter(other -> !other.isEmpty())
            .max(
                Comparator.comparing(Assembly::weight)
                    .thenComparing(Assembly::first, Comparator.reverseOrder()));
    if (!formation.isEmpty()) {
      return best.filter(other -> !other.contains(self) && outweighs(other, formation))
          .<Decision>map(Decision.GiveWay::new)
          .orElseGet(Decision.Wait::new);
    }
    if (best.isPresent()) {
      var hosts = new HashSet<>(best.get());
      hosts.remove(self); // as it was known there before it fell out
      return hosts.isEmpty() ? new Decision.Wait() : new Decision.Join(Set.copyOf(hosts));
    }
    var present =
        Stream.concat(Stream.of(self), heard.keySet().stream())
            .filter(roster::contains)
            .collect(Collectors.toSet());
    var majority = 2 * present.size() > roster.size();
    return majority && first(present).equals(self) ? new Decision.Form() : new Decision.Wait();
  }

  private static boolean outweighs(Set<String> other, Set<String> own) {
    return weight(other) > weight(own)
        || weight(other) == weight(own) && first(other).compareTo(first(own)) < 0;
  }

  private static int weight(Set<String> formation) {
    return formation.size();
  }

  private static String first(Set<String> hosts) {
    return List.copyOf(hosts).stream().min(Comparator.naturalOrder()).orElse("");
  }
}
