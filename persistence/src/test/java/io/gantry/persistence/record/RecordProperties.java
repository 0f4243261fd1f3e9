package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.record.RecordVerifier.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Any order of appends, ends, deletions, retention and restarts: the store agrees with a list in
 * memory.
 */
class RecordProperties {
  private static final Instant LATER = Instant.now().plus(Duration.ofDays(1000));

  sealed interface Act {}

  record Append(String entity, int events) implements Act {}

  record End(String entity) implements Act {}

  record Forget(String entity, int to) implements Act {}

  record Restart() implements Act {}

  /** Everything but the newest entry is older than the budget allows. */
  record Retain() implements Act {}

  @Provide
  Arbitrary<List<Act>> acts() {
    // One is the other's prefix, and one holds the byte that ends an id in a key.
    var entity = Arbitraries.of("a", "ab", "a|", "ä", "a\u0000b");
    Arbitrary<Act> append =
        Combinators.combine(entity, Arbitraries.integers().between(1, 4)).as(Append::new);
    Arbitrary<Act> end = entity.map(End::new);
    Arbitrary<Act> forget =
        Combinators.combine(entity, Arbitraries.integers().between(0, 9)).as(Forget::new);
    return Arbitraries.oneOf(
            append,
            append,
            append,
            end,
            forget,
            Arbitraries.create(Restart::new).map(act -> act),
            Arbitraries.create(Retain::new).map(act -> act))
        .list()
        .ofMaxSize(25);
  }

  @Property(tries = 25)
  void theStoreAgreesWithAListInMemory(@ForAll("acts") List<Act> acts) throws IOException {
    var directory = Files.createTempDirectory("record-properties");
    var store = open(directory);
    try {
      Map<String, List<String>> words = new TreeMap<>();
      Map<String, Integer> forgotten = new TreeMap<>();
      var living = new TreeSet<String>();
      var order = new ArrayList<String>();
      for (var act : acts) {
        switch (act) {
          case Append(var entity, var events) -> {
            var known = words.computeIfAbsent(entity, _ -> new ArrayList<>());
            var more = new String[events];
            for (int i = 0; i < events; i++) {
              more[i] = "w" + order.size();
              order.add(entity + more[i]);
            }
            Appends.now(store, entity, known.size() + 1, more);
            known.addAll(List.of(more));
            living.add("volume|" + entity);
          }
          case End(var entity) -> {
            var known = words.computeIfAbsent(entity, _ -> new ArrayList<>());
            Appends.end(store, entity, known.size() + 1);
            known.add("?");
            order.add(entity + "?");
            living.remove("volume|" + entity);
          }
          case Forget(var entity, var to) -> {
            int known = words.getOrDefault(entity, List.of()).size();
            var done = new CompletableFuture<Void>();
            store.submit(new Write.Forget("volume|" + entity, to, done));
            done.join();
            forgotten.merge(entity, Math.min(to, known), Math::max);
          }
          case Restart _ -> {
            store.close();
            store = open(directory);
          }
          case Retain _ -> store.retention().run(LATER);
        }
      }
      assertThat(store.living("")).containsExactlyInAnyOrderElementsOf(living);
      assertThat(store.last()).isEqualTo(order.size());
      if (acts.stream().noneMatch(Retain.class::isInstance)) {
        assertThat(order(store)).isEqualTo(order);
      }
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
      for (var entity : words.keySet()) {
        assertEntity(store, entity, words.get(entity), forgotten.getOrDefault(entity, 0));
      }
    } finally {
      store.close();
      delete(directory);
    }
  }

  /** Retention may have deleted more than was asked for, but nothing of a living entity. */
  private static void assertEntity(
      RecordStore store, String name, List<String> words, int deleted) {
    var id = "volume|" + name;
    var entity = store.database().read(db -> Entity.of(id, db));
    assertThat(entity.highest()).isEqualTo(words.size());
    assertThat(entity.deletedTo()).isGreaterThanOrEqualTo(deleted);
    int kept = (int) (entity.highest() - entity.deletedTo());
    assertThat(History.page(store.database(), id, entity.deletedTo() + 1, kept))
        .extracting(Appends::word)
        .isEqualTo(words.subList(words.size() - kept, words.size()));
  }

  private static List<String> order(RecordStore store) {
    return store.page(0, 10_000).stream()
        .map(entry -> entry.persistenceId().substring("volume|".length()) + Appends.word(entry))
        .toList();
  }

  private static RecordStore open(Path directory) {
    return RecordStore.open(RecordSettings.in(directory));
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
