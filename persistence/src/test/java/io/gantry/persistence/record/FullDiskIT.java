package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import io.gantry.persistence.record.RecordVerifier.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record on a file system of 24 MiB that runs full and gets space again, without a restart. */
@Tag("host")
class FullDiskIT {
  private static final String LARGE = "x".repeat(60_000);

  @TempDir Path parent;
  private Path disk;
  private Path ballast;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(parent.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", "size=24m", "gantry-full-disk-it", disk.toString());
    ballast = disk.resolve("ballast");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", disk.toString());
  }

  @Test
  void writesFailAndSucceedAgainWithSpaceAndNothingIsLost() throws Exception {
    try (var store = RecordStore.open(settings(0))) {
      var told = new ArrayList<String>();
      for (int round = 1; round <= 3; round++) {
        fill();
        var failure = appendUntilItFails(store, told);
        assertThat(failure)
            .isInstanceOf(RecordUnavailableException.class)
            .hasMessageContaining("cannot append to the record in " + disk)
            .hasMessageContainingAll("o space left on device");
        assertThat(words(store)).as("readable while full").startsWith(told.toArray(String[]::new));
        Files.delete(ballast);
        appendUntilItSucceeds(store, told);
      }
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
      assertThat(words(store)).isEqualTo(told);
    }
    try (var store = RecordStore.open(settings(0))) {
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
    }
  }

  @Test
  void theReserveIsLeftAloneSoThatTheStoreCanBeOpenedOnAFullDisk() throws Exception {
    var told = new ArrayList<String>();
    try (var store = RecordStore.open(settings(6 << 20))) {
      fill(7 << 20);
      assertThat(appendUntilItFails(store, told)).hasMessageContaining("are kept in reserve");
    }
    try (var store = RecordStore.open(settings(6 << 20))) {
      assertThat(words(store)).isEqualTo(told);
      Files.delete(ballast);
      appendUntilItSucceeds(store, told);
      assertThat(words(store)).isEqualTo(told);
    }
  }

  @Test
  void anEndIsRecordedOnADiskWithoutAFreeByteWhileABeginningIsRefused() throws Exception {
    try (var store = RecordStore.open(settings(6 << 20))) {
      Appends.now(store, "a", 1, "begun");
      fill();
      assertThat(Appends.submit(store, "b", 1, "another"))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withMessageContaining("are kept in reserve");
      Appends.end(store, "a", 2);
      assertThat(words(store)).containsExactly("begun", "?");
      Files.delete(ballast);
      Appends.now(store, "b", 1, "another");
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
    }
  }

  @Test
  void anActorThatCouldNotRecordComesBackWithWhatTheRecordHolds() throws Exception {
    var kit =
        Systems.on(
            disk.resolve("record"),
            "gantry.record { reserve = 0, retry = 100ms, journal.circuit-breaker.reset-timeout ="
                + " 100ms }");
    try {
      var diary = kit.spawn(Diary.named("a"));
      Diary.note(kit, diary, "before");
      fill();
      assertThat(noteUntilItFails(kit, diary)).isInstanceOf(Exception.class);
      Files.delete(ballast);
      var remembered = Diary.recall(kit, diary);
      assertThat(remembered).startsWith("before");
      assertThat(Diary.note(kit, diary, "after")).isEqualTo(remembered.size() + 1);
      assertThat(words(RecordStore.of(kit.system())))
          .hasSize(remembered.size() + 1)
          .endsWith("after");
      assertThat(RecordVerifier.verify(RecordStore.of(kit.system())))
          .isInstanceOf(Verdict.Intact.class);
    } finally {
      kit.shutdownTestKit();
    }
  }

  private static Exception noteUntilItFails(ActorTestKit kit, ActorRef<Diary.Command> diary)
      throws InterruptedException {
    for (int i = 0; i < 500; i++) {
      try {
        Diary.noteWithin(kit, diary, Duration.ofSeconds(3), LARGE + i);
      } catch (ExecutionException failed) {
        return failed;
      }
    }
    throw new AssertionError("the disk never ran full");
  }

  /** The number of an event that failed is used again, unless it turned out to be on disk. */
  private static Throwable appendUntilItFails(RecordStore store, List<String> told) {
    for (int i = 0; i < 500; i++) {
      var word = told.size() + LARGE;
      try {
        Appends.now(store, "a", told.size() + 1, word);
        told.add(word);
      } catch (CompletionException failed) {
        return failed.getCause();
      }
    }
    throw new AssertionError("the disk never ran full");
  }

  private static void appendUntilItSucceeds(RecordStore store, List<String> told)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      try {
        Appends.now(store, "a", told.size() + 1, "small");
        told.add("small");
        return;
      } catch (CompletionException failed) {
        if (words(store).size() > told.size()) {
          told.add(words(store).getLast());
        }
        if (System.nanoTime() > deadline) {
          throw failed;
        }
        Thread.onSpinWait();
      }
    }
  }

  private static List<String> words(RecordStore store) {
    var words = new ArrayList<String>();
    long cursor = 0;
    while (cursor < store.last()) {
      for (var entry : store.page(cursor, 100)) {
        words.add(Appends.word(entry));
        cursor = entry.sequence();
      }
    }
    return words;
  }

  private RecordSettings settings(long reserve) {
    return Systems.settings(
        disk.resolve("record"),
        "{ write-buffer = 1 MiB, retry = 100ms, reserve = %d }".formatted(reserve));
  }

  private void fill() throws IOException {
    fill(0);
  }

  private void fill(long leave) throws IOException {
    try (var out = Files.newOutputStream(ballast)) {
      byte[] block = new byte[4096];
      while (disk.toFile().getUsableSpace() > leave) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }
}
