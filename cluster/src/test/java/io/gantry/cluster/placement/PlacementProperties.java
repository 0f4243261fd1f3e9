package io.gantry.cluster.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.cluster.placement.Placement.Decision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PlacementProperties {
  private static final long GIB = 1L << 30;

  @Provide
  Arbitrary<List<Candidate>> hosts() {
    var numbers = Arbitraries.integers();
    var candidate =
        Combinators.combine(
                numbers.between(1, 6),
                Arbitraries.of(true, false, false),
                numbers.between(0, 8),
                numbers.between(0, 8),
                numbers.between(0, 12),
                Arbitraries.of(true, false),
                Arbitraries.of(Set.<String>of(), Set.of("data")),
                Arbitraries.of(List.<String>of(), List.of("port 80/tcp is taken")))
            .as(
                (number, drained, memory, cpus, containers, image, volumes, refusals) ->
                    new Candidate(
                        "id" + number,
                        "h" + number,
                        drained,
                        8,
                        8 * GIB,
                        cpus * 1_000_000_000L,
                        memory * GIB,
                        containers,
                        image,
                        volumes,
                        Set.of(),
                        refusals));
    return candidate.list().ofMaxSize(6).uniqueElements(Candidate::id);
  }

  @Provide
  Arbitrary<Wish> wishes() {
    var constraint =
        Arbitraries.of("host==h1", "host!=h1", "host==h*", "node==~h2", "host!=~h3")
            .map(text -> Constraint.parse(text).orElseThrow());
    return Combinators.combine(
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 9),
            Arbitraries.of(Set.<String>of(), Set.of("data")),
            constraint.list().ofMaxSize(2),
            Arbitraries.of(Wish.Strategy.values()))
        .as(
            (memory, cpus, volumes, constraints, strategy) ->
                new Wish(
                    memory * GIB, cpus * 1_000_000_000L, volumes, Set.of(), constraints, strategy));
  }

  private static boolean fits(Wish wish, Candidate host, List<Candidate> all) {
    var somewhere = all.stream().anyMatch(one -> one.volumes().containsAll(wish.volumes()));
    return !host.drained()
        && host.refusals().isEmpty()
        && wish.constraints().stream().allMatch(one -> one.soft() || one.holds(host))
        && host.reservedMemoryBytes() + wish.memoryBytes() <= host.memoryBytes()
        && host.reservedNanoCpus() + wish.nanoCpus() <= host.cpus() * 1_000_000_000L
        && (!somewhere || host.volumes().containsAll(wish.volumes()));
  }

  @Property
  void theChosenHostCanTakeItAndThereIsOneWheneverAnyCan(
      @ForAll("wishes") Wish wish, @ForAll("hosts") List<Candidate> hosts) {
    switch (Placement.choose(wish, hosts)) {
      case Decision.Placed(var host, var reason) -> {
        assertThat(hosts).contains(host);
        assertThat(fits(wish, host, hosts)).isTrue();
        assertThat(reason).isNotBlank();
      }
      case Decision.Nowhere(var reason) -> {
        assertThat(hosts).noneMatch(host -> fits(wish, host, hosts));
        assertThat(hosts).allSatisfy(host -> assertThat(reason).contains(host.name()));
      }
    }
  }

  @Property
  void theOrderInWhichHostsAreKnownChangesNothing(
      @ForAll("wishes") Wish wish, @ForAll("hosts") List<Candidate> hosts, @ForAll long seed) {
    var shuffled = new ArrayList<>(hosts);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(Placement.choose(wish, shuffled)).isEqualTo(Placement.choose(wish, hosts));
  }

  @Property
  void withAllElseEqualTheEmptiestHostWins(@ForAll("hosts") List<Candidate> hosts) {
    var alike =
        hosts.stream()
            .map(
                host ->
                    new Candidate(
                        host.id(),
                        host.name(),
                        false,
                        8,
                        8 * GIB,
                        0,
                        0,
                        host.containers(),
                        true,
                        Set.of(),
                        Set.of(),
                        List.of()))
            .toList();
    var wish = new Wish(0, 0, Set.of(), Set.of(), List.of(), Wish.Strategy.SPREAD);
    if (Placement.choose(wish, alike) instanceof Decision.Placed(var host, _)) {
      assertThat(alike).allMatch(one -> one.containers() >= host.containers());
    } else {
      assertThat(alike).isEmpty();
    }
  }

  @Property
  void constraintsThatAreNoneAreSeenAsSuchInBoundedTime(@ForAll String text) {
    Constraint.parse(text).ifPresent(one -> assertThat(one.host()).isNotEmpty());
  }

  @Property
  void anAsteriskStandsForAnyCharacters(
      @ForAll("names") String start, @ForAll("names") String end) {
    var host = host(start + end);
    assertThat(new Constraint(start + "*", true, false).holds(host)).isTrue();
    assertThat(new Constraint("*" + end, true, false).holds(host)).isTrue();
    assertThat(new Constraint("*" + "*".repeat(9) + "!", true, false).holds(host)).isFalse();
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withCharRange('a', 'c').ofMaxLength(8);
  }

  private static Candidate host(String name) {
    return new Candidate("x", name, false, 1, GIB, 0, 0, 0, false, Set.of(), Set.of(), List.of());
  }

  @Example
  void anImageIsWorthSomeContainersAndNotMore() {
    var wish = new Wish(0, 0, Set.of(), Set.of(), List.of(), Wish.Strategy.SPREAD);
    assertThat(Placement.choose(wish, List.of(with("h1", 4, true), with("h2", 0, false))))
        .matches(decision -> ((Decision.Placed) decision).host().name().equals("h1"));
    assertThat(Placement.choose(wish, List.of(with("h1", 5, true), with("h2", 0, false))))
        .matches(decision -> ((Decision.Placed) decision).host().name().equals("h2"));
  }

  private static Candidate with(String name, int containers, boolean image) {
    return new Candidate(
        name, name, false, 8, GIB, 0, 0, containers, image, Set.of(), Set.of(), List.of());
  }
}
