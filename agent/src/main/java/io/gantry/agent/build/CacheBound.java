package io.gantry.agent.build;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what a cache that has grown too large or too old forgets. Least recently used first, and
 * of what was used together the later steps first: those before them are of use without them.
 */
final class CacheBound {
  /**
   * A step, or a mount of RUN steps.
   *
   * @param parent id of the step before; empty: none
   * @param needs names of what it keeps on the disk and nothing but the cache needs, with its bytes
   */
  record Item(String id, String parent, Instant lastUsed, Map<String, Long> needs, boolean inUse) {}

  private record Ranked(Item item, Instant lastUsed, int depth) {}

  private CacheBound() {}

  /** Ids to forget, in this order. */
  static List<String> exceeding(Collection<Item> items, CacheLimits limits, Instant now) {
    var ranked = ranked(items);
    var holders = new HashMap<String, Integer>();
    var sizes = new HashMap<String, Long>();
    for (var item : items) {
      item.needs().keySet().forEach(name -> holders.merge(name, 1, Integer::sum));
      sizes.putAll(item.needs());
    }
    var left = sizes.values().stream().mapToLong(Long::longValue).sum();
    var count = items.size();
    var oldest = now.minus(limits.keepFor());
    var gone = new ArrayList<String>();
    for (var one : ranked) {
      var item = one.item();
      var tooMuch = left > limits.keepBytes() && !item.needs().isEmpty();
      if (item.inUse()
          || !(tooMuch || count > limits.entries() || one.lastUsed().isBefore(oldest))) {
        continue;
      }
      gone.add(item.id());
      count--;
      for (var name : item.needs().keySet()) {
        if (holders.merge(name, -1, Integer::sum) == 0) {
          left -= sizes.getOrDefault(name, 0L);
        }
      }
    }
    return List.copyOf(gone);
  }

  /** A step is as fresh as the freshest step that stands on it. */
  private static List<Ranked> ranked(Collection<Item> items) {
    var byId = new HashMap<String, Item>();
    items.forEach(item -> byId.put(item.id(), item));
    var used = new HashMap<String, Instant>();
    for (var item :
        items.stream().sorted(Comparator.comparing(Item::lastUsed).reversed()).toList()) {
      for (var one : chain(item, byId)) {
        if (used.putIfAbsent(one.id(), item.lastUsed()) != null) {
          // Whoever was here before was fresher, and so has been all the way up.
          break;
        }
      }
    }
    return items.stream()
        .map(
            item ->
                new Ranked(
                    item, used.getOrDefault(item.id(), item.lastUsed()), chain(item, byId).size()))
        .sorted(
            Comparator.comparing(Ranked::lastUsed)
                .thenComparing(Comparator.comparingInt(Ranked::depth).reversed())
                .thenComparing(one -> one.item().id()))
        .toList();
  }

  /** The step and those before it. The files are not trusted to be without circles. */
  private static List<Item> chain(Item first, Map<String, Item> byId) {
    var chain = new ArrayList<Item>();
    Set<String> seen = new HashSet<>();
    for (var item = first; item != null && seen.add(item.id()); item = byId.get(item.parent())) {
      chain.add(item);
    }
    return chain;
  }
}
