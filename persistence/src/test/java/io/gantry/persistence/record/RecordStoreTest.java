package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordStoreTest {
  @TempDir Path directory;

  private RecordStore open() {
    return RecordStore.open(RecordSettings.in(directory));
  }

  @Test
  void aNewRecordIsEmpty() {
    try (var store = open()) {
      assertThat(store.last()).isZero();
      assertThat(store.first()).isEqualTo(1);
      assertThat(store.firstSince(Instant.EPOCH)).isEqualTo(1);
      assertThat(store.living("")).isEmpty();
    }
  }

  @Test
  void theSequenceGoesOnWithoutAGapInTheNextEpoch() {
    try (var store = open()) {
      Appends.now(store, "a", 1, "one", "two");
    }
    try (var store = open()) {
      Appends.now(store, "b", 1, "three");
      Appends.now(store, "a", 3, "four");
      var entries = store.page(0, 10);
      assertThat(entries).extracting(Entry::sequence).containsExactly(1L, 2L, 3L, 4L);
      assertThat(entries).extracting(Entry::epoch).containsExactly(1L, 1L, 2L, 2L);
      assertThat(entries).extracting(Entry::persistenceSequence).containsExactly(1L, 2L, 1L, 3L);
      assertThat(entries).extracting(Appends::word).containsExactly("one", "two", "three", "four");
      assertThat(entries).extracting(Entry::time).isSorted();
      assertThat(entries.get(2).previousHash()).isEqualTo(entries.get(1).hash());
    }
  }

  @Test
  void aLifeThatWroteNothingIsNoEpoch() {
    open().close();
    open().close();
    try (var store = open()) {
      Appends.now(store, "a", 1, "one");
      assertThat(store.page(0, 1).getFirst().epoch()).isEqualTo(1);
    }
  }

  @Test
  void aSecondAgentIsRefused() {
    var store = open();
    assertThatThrownBy(this::open)
        .isInstanceOf(RecordInUseException.class)
        .hasMessage("record in %s is in use by another agent".formatted(directory));
    store.close();
    open().close();
  }

  @Test
  void anEventThatDoesNotFollowTheNewestIsRefusedAndLeavesNoTrace() {
    try (var store = open()) {
      Appends.now(store, "a", 1, "one", "two");
      assertThat(Appends.submit(store, "a", 2, "again"))
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("cannot append event 2 of volume|a")
          .withMessageContaining("its newest is 2; another actor writes for the same entity");
      assertThat(Appends.submit(store, "a", 4, "ahead")).failsWithin(Duration.ofSeconds(5));
      Appends.now(store, "a", 3, "three");
      assertThat(store.last()).isEqualTo(3);
    }
  }

  @Test
  void oneRefusedWriteOfABatchDoesNotTouchTheOthers() {
    try (var store = open()) {
      var writes =
          List.of(
              Appends.submit(store, "a", 1, "one"),
              Appends.submit(store, "b", 9, "wrong"),
              Appends.submit(store, "a", 2, "two"),
              Appends.submit(store, "c", 1, "one"));
      writes.get(3).join();
      assertThat(writes).filteredOn(write -> !write.isCompletedExceptionally()).hasSize(3);
      assertThat(store.last()).isEqualTo(3);
      assertThat(RecordVerifier.verify(store)).isInstanceOf(RecordVerifier.Verdict.Intact.class);
    }
  }

  @Test
  void livingEntitiesAreThoseBetweenTheirFirstAndLastEvent() {
    try (var store = open()) {
      Appends.now(store, "a", 1, "one");
      Appends.now(store, "b", 1, "one");
      Appends.now(store, "ba", 1, "one");
      Appends.end(store, "b", 2);
      assertThat(store.living("volume|")).containsExactly("volume|a", "volume|ba");
      assertThat(store.living("volume|b")).containsExactly("volume|ba");
      assertThat(store.living("volumes")).isEmpty();
      Appends.now(store, "b", 3, "born again");
    }
    try (var store = open()) {
      assertThat(store.living("")).containsExactly("volume|a", "volume|b", "volume|ba");
    }
  }

  @Test
  void anInstantLeadsToTheFirstEntryNotOlder() {
    try (var store = open()) {
      for (int i = 1; i <= 100; i++) {
        Appends.now(store, "a", i, "w" + i);
      }
      for (var entry : store.page(0, 100)) {
        long found = store.firstSince(entry.time());
        assertThat(found).isLessThanOrEqualTo(entry.sequence());
        assertThat(store.page(found - 1, 1).getFirst().time()).isEqualTo(entry.time());
        assertThat(found == 1 || store.page(found - 2, 1).getFirst().time().isBefore(entry.time()))
            .isTrue();
      }
      assertThat(store.firstSince(Instant.EPOCH)).isEqualTo(1);
      assertThat(store.firstSince(Instant.now().plusSeconds(60))).isEqualTo(101);
    }
  }

  @Test
  void aClosedRecordSaysSo() {
    var store = open();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.living("")).hasMessageContaining("is closed");
    assertThatThrownBy(() -> Appends.now(store, "a", 1, "one")).hasMessageContaining("is closed");
  }

  @Test
  void whatWasSubmittedBeforeTheCloseIsWritten() {
    var store = open();
    var writes = new ArrayList<CompletableFuture<Void>>();
    for (int i = 1; i <= 500; i++) {
      writes.add(Appends.submit(store, "a", i, "w"));
    }
    store.close();
    assertThat(writes).allMatch(write -> write.isDone() && !write.isCompletedExceptionally());
  }
}
