package io.gantry.persistence.record;

import static io.gantry.persistence.record.Diary.close;
import static io.gantry.persistence.record.Diary.note;
import static io.gantry.persistence.record.Diary.recall;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Sink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordJournalTest {
  @TempDir Path directory;

  @Test
  void anEntityRemembersAcrossARestart() throws Exception {
    within(
        kit -> {
          var diary = kit.spawn(Diary.named("a"));
          assertThat(note(kit, diary, "one")).isEqualTo(1);
          assertThat(note(kit, diary, "two", "three")).isEqualTo(3);
        });
    within(
        kit -> {
          var diary = kit.spawn(Diary.named("a"));
          assertThat(recall(kit, diary)).containsExactly("one", "two", "three");
          assertThat(note(kit, diary, "four")).isEqualTo(4);
        });
    try (var store = RecordStore.open(RecordSettings.in(directory))) {
      assertThat(store.last()).isEqualTo(4);
      var entries = store.page(0, 10);
      assertThat(entries).extracting(Entry::sequence).containsExactly(1L, 2L, 3L, 4L);
      assertThat(entries).extracting(Entry::persistenceSequence).containsExactly(1L, 2L, 3L, 4L);
      assertThat(entries).extracting(Entry::epoch).containsExactly(1L, 1L, 1L, 2L);
      assertThat(entries).extracting(Entry::recorded).last().isEqualTo(Diary.event("a", "four"));
    }
  }

  @Test
  void twoHundredEntitiesAtOnceGiveOneOrderWithoutGaps() throws Exception {
    int entities = 200;
    int notes = 10;
    within(
        kit -> {
          var answers = new ArrayList<CompletionStage<Integer>>();
          for (int entity = 0; entity < entities; entity++) {
            var diary = kit.spawn(Diary.named("e" + entity));
            for (int note = 0; note < notes; note++) {
              var words = List.of("w" + note);
              answers.add(Diary.asks(kit, diary, to -> new Diary.Note(words, to)));
            }
          }
          for (var answer : answers) {
            answer.toCompletableFuture().get();
          }
          var store = RecordStore.of(kit.system());
          var entries =
              store.read(0, false).runWith(Sink.seq(), kit.system()).toCompletableFuture().get();
          assertThat(entries)
              .extracting(Entry::sequence)
              .isEqualTo(
                  IntStream.rangeClosed(1, entities * notes).mapToObj(Long::valueOf).toList());
        });
  }

  @Test
  void anEntityLivesFromItsFirstEventToItsLast() throws Exception {
    within(
        kit -> {
          var store = RecordStore.of(kit.system());
          var first = kit.spawn(Diary.named("first"));
          var second = kit.spawn(Diary.named("second"));
          note(kit, first, "x");
          note(kit, second, "y");
          assertThat(store.living("volume|")).containsExactly("volume|first", "volume|second");
          assertThat(store.living("container|")).isEmpty();
          close(kit, first);
          assertThat(store.living("volume|")).containsExactly("volume|second");
          note(kit, first, "again");
          assertThat(store.living("volume|")).containsExactly("volume|first", "volume|second");
        });
    within(
        kit ->
            assertThat(RecordStore.of(kit.system()).living(""))
                .containsExactly("volume|first", "volume|second"));
  }

  /** Work inside an actor system that may fail. */
  interface Scene {
    void play(ActorTestKit kit) throws Exception;
  }

  private void within(Scene scene) throws Exception {
    var kit = Systems.on(directory);
    try {
      scene.play(kit);
    } finally {
      kit.shutdownTestKit();
    }
  }
}
