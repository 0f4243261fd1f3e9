package io.gantry.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.build.CacheBound.Item;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class CacheBoundTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final CacheLimits LIMITS = new CacheLimits(100, Duration.ofDays(60), 1000);

  private static Item step(String id, String parent, int daysAgo, Map<String, Long> needs) {
    return new Item(id, parent, NOW.minus(Duration.ofDays(daysAgo)), needs, false);
  }

  @Test
  void whatFitsAndIsFreshStays() {
    var items = List.of(step("a", "", 2, Map.of("x", 60L)), step("b", "a", 1, Map.of("x", 60L)));
    assertThat(CacheBound.exceeding(items, LIMITS, NOW)).isEmpty();
  }

  @Test
  void whatNobodyHasUsedForTooLongGoesHoweverSmall() {
    var items = List.of(step("old", "", 61, Map.of()), step("young", "", 59, Map.of()));
    assertThat(CacheBound.exceeding(items, LIMITS, NOW)).containsExactly("old");
  }

  @Test
  void aStepStaysAsLongAsOneThatStandsOnItIsUsed() {
    var items = List.of(step("base", "", 70, Map.of()), step("top", "base", 1, Map.of()));
    assertThat(CacheBound.exceeding(items, LIMITS, NOW)).isEmpty();
  }

  @Test
  void theLeastRecentlyUsedGoUntilTheRestFits() {
    var items =
        List.of(
            step("a", "", 3, Map.of("x", 60L)),
            step("b", "", 2, Map.of("y", 60L)),
            step("c", "", 1, Map.of("z", 40L)));
    assertThat(CacheBound.exceeding(items, LIMITS, NOW)).containsExactly("a");
  }

  @Test
  void laterStepsGoBeforeThoseTheyStandOn() {
    var items =
        List.of(
            step("first", "", 1, Map.of("x", 60L)),
            step("second", "first", 1, Map.of("x", 60L, "y", 60L)));
    assertThat(CacheBound.exceeding(items, LIMITS, NOW)).containsExactly("second");
  }

  @Test
  void stepsThatKeepNothingOnTheDiskDoNotGoForItsSake() {
    var items = List.of(step("label", "", 9, Map.of()), step("run", "", 1, Map.of("x", 101L)));
    assertThat(CacheBound.exceeding(items, LIMITS, NOW)).containsExactly("run");
  }

  @Test
  void whatIsInUseStays() {
    var items =
        List.of(new Item("mount", "", NOW.minus(Duration.ofDays(90)), Map.of("m", 500L), true));
    assertThat(CacheBound.exceeding(items, LIMITS, NOW)).isEmpty();
  }

  @Property(tries = 200)
  void afterwardsTheRestIsWithinTheLimits(
      @ForAll @Size(max = 40) List<@IntRange(max = 80) Integer> ages,
      @ForAll @IntRange(max = 300) int keep,
      @ForAll @IntRange(min = 1, max = 50) int entries) {
    var limits = new CacheLimits(keep, Duration.ofDays(60), entries);
    var items = new ArrayList<Item>();
    for (var i = 0; i < ages.size(); i++) {
      var age = ages.get(i);
      // Some share what they keep, some stand on each other, in circles even.
      items.add(step("s" + i, "s" + age, age, Map.of("layer" + age % 7, 30L + age % 7)));
    }
    var gone = new HashSet<>(CacheBound.exceeding(items, limits, NOW));
    var left = items.stream().filter(item -> !gone.contains(item.id())).toList();
    var sizes = new HashMap<String, Long>();
    left.forEach(item -> sizes.putAll(item.needs()));
    assertThat(left.size()).isLessThanOrEqualTo(entries);
    assertThat(sizes.values().stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(keep);
  }
}
