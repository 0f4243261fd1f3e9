package io.gantry.cluster.membership.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.cluster.membership.lifecycle.Assembly.Decision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AssemblyProperties {
  private static final List<String> HOSTS = List.of("a", "b", "c", "d", "e");
  private static final Set<String> ROSTER = Set.copyOf(HOSTS);

  @Provide
  Arbitrary<Set<String>> halves() {
    return Arbitraries.of(HOSTS).set();
  }

  @Provide
  Arbitrary<List<Integer>> formations() {
    return Arbitraries.integers().between(0, 2).list().ofSize(HOSTS.size());
  }

  @Property
  void ofTwoPartsThatHearOnlyThemselvesAtMostOneForms(@ForAll("halves") Set<String> half) {
    var forming =
        HOSTS.stream()
            .filter(
                host ->
                    decide(host, half.contains(host) ? half : others(half), new HashMap<>())
                        instanceof Decision.Form)
            .collect(Collectors.toSet());
    assertThat(forming).hasSize(1);
    var larger = half.size() > 2 ? half : others(half);
    assertThat(larger).containsAll(forming);
  }

  /**
   * Where each is in one of several formations (1, 2) or none (0) and all hear each other again.
   */
  @Property
  void partsThatHearEachOtherAgainBecomeOne(@ForAll("formations") List<Integer> numbers) {
    var world = new TreeMap<String, Set<String>>();
    for (var at = 0; at < HOSTS.size(); at++) {
      var number = numbers.get(at);
      world.put(HOSTS.get(at), number == 0 ? Set.of() : members(numbers, number));
    }
    for (var round = 0; round < 2 * HOSTS.size(); round++) {
      for (var host : HOSTS) {
        carryOut(host, decide(host, ROSTER, world), world);
      }
    }
    assertThat(world.values()).allMatch(ROSTER::equals);
    for (var host : HOSTS) {
      assertThat(decide(host, ROSTER, world)).isEqualTo(new Decision.Wait());
    }
  }

  @Example
  void aHostAloneInItsClusterFormsAtOnce() {
    assertThat(Assembly.decide("a", Set.of("a"), Set.of(), Map.of()))
        .isEqualTo(new Decision.Form());
  }

  @Example
  void whoFellOutJoinsThoseWhoStillListIt() {
    var still = Set.of("a", "b", "c");
    assertThat(Assembly.decide("a", ROSTER, Set.of(), Map.of("b", still)))
        .isEqualTo(new Decision.Join(Set.of("b", "c")));
  }

  private static Set<String> others(Set<String> half) {
    var others = new TreeSet<>(ROSTER);
    others.removeAll(half);
    return others;
  }

  private static Set<String> members(List<Integer> numbers, int number) {
    var members = new TreeSet<String>();
    for (var at = 0; at < HOSTS.size(); at++) {
      if (numbers.get(at) == number) {
        members.add(HOSTS.get(at));
      }
    }
    return members;
  }

  private static Decision decide(String host, Set<String> hearing, Map<String, Set<String>> world) {
    var own = world.getOrDefault(host, Set.of());
    var heard = new HashMap<String, Set<String>>();
    hearing.forEach(
        other -> {
          if (!other.equals(host) && !own.contains(other)) {
            heard.put(other, world.getOrDefault(other, Set.of()));
          }
        });
    return Assembly.decide(host, ROSTER, own, heard);
  }

  private static void carryOut(String host, Decision decision, Map<String, Set<String>> world) {
    switch (decision) {
      case Decision.Wait() -> {}
      case Decision.Form() -> world.put(host, Set.of(host));
      case Decision.Join(var hosts) -> move(host, hosts, world);
      case Decision.GiveWay(var hosts) -> move(host, hosts, world);
    }
  }

  /** Each formation is known to all that are in it. */
  private static void move(String host, Set<String> to, Map<String, Set<String>> world) {
    var left = new TreeSet<>(world.get(host));
    left.remove(host);
    left.forEach(member -> world.put(member, Set.copyOf(left)));
    var joined = new TreeSet<>(to);
    joined.add(host);
    joined.forEach(member -> world.put(member, Set.copyOf(joined)));
  }
}
