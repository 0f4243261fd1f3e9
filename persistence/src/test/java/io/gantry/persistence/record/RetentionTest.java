package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.record.RecordVerifier.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

class RetentionTest {
  private static final Instant LATER = Instant.now().plus(Duration.ofDays(10));

  @TempDir Path directory;

  private RecordStore open(String retention) {
    return RecordStore.open(
        Systems.settings(directory, "{ reserve = 0, retention { %s } }".formatted(retention)));
  }

  @Test
  void whatIsOldGoesAndWhatLivingEntitiesAreRebuiltFromStays() {
    try (var store = open("age = 1d")) {
      Appends.now(store, "dead", 1, "a", "b");
      Appends.now(store, "alive", 1, "c");
      Appends.end(store, "dead", 3);
      Appends.now(store, "other", 1, "d");
      Appends.end(store, "other", 2);
      store.retention().run(LATER);
      // 3 is of a living entity, 6 is the newest.
      assertThat(store.page(0, 10)).extracting(Entry::sequence).containsExactly(3L, 6L);
      assertThat(store.first()).isEqualTo(3);
      assertThat(store.last()).isEqualTo(6);
      assertThat(store.firstSince(Instant.EPOCH)).isEqualTo(3);
      assertThat(words(store, "alive", 1, 1)).containsExactly("c");
      assertThat(RecordVerifier.verify(store))
          .isInstanceOfSatisfying(
              Verdict.Intact.class, intact -> assertThat(intact.entries()).isEqualTo(2));
    }
  }

  @Test
  void youngEntriesStay() {
    try (var store = open("age = 1d")) {
      Appends.now(store, "dead", 1, "a");
      Appends.end(store, "dead", 2);
      Appends.now(store, "alive", 1, "c");
      store.retention().run(Instant.now());
      assertThat(store.page(0, 10)).hasSize(3);
    }
  }

  @Test
  void anEntityThatEndedAfterwardsGoesWholeWithItsEnd() {
    try (var store = open("age = 1d")) {
      Appends.now(store, "a", 1, "one", "two");
      Appends.now(store, "b", 1, "x");
      store.retention().run(LATER);
      assertThat(store.page(0, 10)).extracting(Entry::sequence).containsExactly(1L, 2L, 3L);
      Appends.end(store, "a", 3);
      Appends.now(store, "b", 2, "y");
      store.retention().run(LATER);
      assertThat(store.page(0, 10)).extracting(Entry::sequence).containsExactly(3L, 5L);
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
    }
  }

  @Test
  void anEntityBornAgainDoesNotMissWhatIsGone() {
    try (var store = open("age = 1d")) {
      Appends.now(store, "a", 1, "one");
      Appends.end(store, "a", 2);
      Appends.now(store, "b", 1, "x");
      store.retention().run(LATER);
      Appends.now(store, "a", 3, "again");
      var entity = store.database().read(db -> Entity.of("volume|a", db));
      assertThat(entity).isEqualTo(new Entity(3, 2, true));
      assertThat(words(store, "a", 3, 1)).containsExactly("again");
      store.retention().run(LATER);
      assertThat(words(store, "a", 3, 1)).containsExactly("again");
    }
  }

  @Test
  void whatAnEntityForgotGoesToo() {
    try (var store = open("age = 1d")) {
      Appends.now(store, "a", 1, "one", "two", "three");
      store.submit(new Write.Forget("volume|a", 2, new CompletableFuture<>()));
      Appends.now(store, "b", 1, "x");
      store.retention().run(LATER);
      assertThat(store.page(0, 10)).extracting(Entry::sequence).containsExactly(3L, 4L);
    }
  }

  @Test
  void aRecordThatIsTooLargeLosesItsOldestEntries() {
    var random = new Random(1);
    var settings = "{ reserve = 0, write-buffer = 128 KiB, retention { age = 0s, size = 1 MiB } }";
    try (var store = RecordStore.open(Systems.settings(directory, settings))) {
      for (int i = 0; i < 300; i++) {
        byte[] noise = new byte[4000];
        random.nextBytes(noise);
        Appends.now(store, "e" + i, 1, HexFormat.of().formatHex(noise));
        Appends.end(store, "e" + i, 2);
      }
      store.retention().run(Instant.now());
      long first = store.first();
      // 300 times 8 kB in hexadecimal digits, half that compressed; a fifth more goes than must.
      assertThat(first).isBetween(50L, 550L);
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
      store.retention().run(Instant.now());
      assertThat(store.first()).as("it is not cut again at once").isEqualTo(first);
    }
    try (var store = open("age = 0s")) {
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
      Appends.now(store, "new", 1, "it goes on");
    }
  }

  @Test
  void manyEventsOfOneEntityGoInBites() {
    try (var store = open("age = 1d")) {
      var words = new String[3 * Retention.BITE + 7];
      Arrays.fill(words, "w");
      Appends.now(store, "a", 1, words);
      Appends.end(store, "a", words.length + 1);
      Appends.now(store, "b", 1, "x");
      store.retention().run(LATER);
      assertThat(store.page(0, 10)).extracting(Entry::sequence).containsExactly(store.last());
    }
  }

  @Test
  void anEntryMissingWhereRetentionWasNotIsStillFound() throws Exception {
    try (var store = open("age = 1d");
        var batch = new WriteBatch()) {
      Appends.now(store, "a", 1, "one");
      Appends.end(store, "a", 2);
      Appends.now(store, "b", 1, "x", "y", "z");
      store.retention().run(LATER);
      Appends.now(store, "b", 4, "u", "v");
      batch.delete(Keys.entry(6));
      store.database().write(batch);
      assertThat(RecordVerifier.verify(store))
          .isInstanceOfSatisfying(
              Verdict.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(6));
    }
  }

  private static List<String> words(RecordStore store, String name, long from, int count) {
    return History.page(store.database(), "volume|" + name, from, count).stream()
        .map(Appends::word)
        .toList();
  }
}
