package io.gantry.persistence.record;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Sink;
import akka.stream.testkit.javadsl.TestSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordReaderTest {
  private static ActorTestKit kit;
  @TempDir Path directory;
  private RecordStore store;

  @BeforeAll
  static void start(@TempDir Path unused) {
    kit = Systems.on(unused);
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  /**
   * Holds four entries in memory, so that every reader changes between memory and disk all the
   * time.
   */
  @BeforeEach
  void open() {
    store = RecordStore.open(Systems.settings(directory, "{ batch = 7, tail = 4, reserve = 0 }"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void historyEndsAtWhatWasTheNewestEntry() throws Exception {
    append("a", 10);
    assertThat(sequences(store.read(0, false).runWith(Sink.seq(), kit.system())))
        .isEqualTo(range(1, 10));
    assertThat(sequences(store.read(7, false).runWith(Sink.seq(), kit.system())))
        .isEqualTo(range(8, 10));
    assertThat(sequences(store.read(10, false).runWith(Sink.seq(), kit.system()))).isEmpty();
    assertThat(sequences(store.read(99, false).runWith(Sink.seq(), kit.system()))).isEmpty();
  }

  @Test
  void aFollowerGetsEntriesAsTheyAreCommitted() {
    append("a", 3);
    var probe = store.read(1, true).runWith(TestSink.create(kit.system()), kit.system());
    probe.request(100);
    assertThat(probe.expectNext().sequence()).isEqualTo(2);
    assertThat(probe.expectNext().sequence()).isEqualTo(3);
    append("b", 1);
    assertThat(probe.expectNext().sequence()).isEqualTo(4);
    append("c", 20);
    for (long sequence = 5; sequence <= 24; sequence++) {
      assertThat(probe.expectNext().sequence()).isEqualTo(sequence);
    }
    probe.cancel();
  }

  @Test
  void aCursorAheadOfTheRecordWaitsForItsEntry() {
    append("a", 1);
    var probe = store.read(3, true).runWith(TestSink.create(kit.system()), kit.system());
    probe.request(1);
    append("b", 3);
    assertThat(probe.expectNext().sequence()).isEqualTo(4);
    probe.cancel();
  }

  @Test
  void theStreamEndsWithTheRecord() {
    append("a", 1);
    var probe = store.read(0, true).runWith(TestSink.create(kit.system()), kit.system());
    probe.request(5);
    probe.expectNext();
    store.close();
    probe.expectComplete();
  }

  @Test
  void aReaderThatTakesNothingHoldsUpNobody() throws Exception {
    var idle = store.read(0, true).runWith(TestSink.create(kit.system()), kit.system());
    idle.request(1);
    append("a", 5000);
    assertThat(sequences(store.read(4000, false).runWith(Sink.seq(), kit.system())))
        .isEqualTo(range(4001, 5000));
    idle.expectNext();
    idle.request(4999);
    for (long sequence = 2; sequence <= 5000; sequence++) {
      assertThat(idle.expectNext().sequence()).isEqualTo(sequence);
    }
    idle.cancel();
  }

  @Test
  void noReaderSeesAGapOrARepeatWhileManyWrite() throws Exception {
    long writers = 8;
    int each = 600;
    long total = writers * each;
    long seed = System.nanoTime();
    var random = new Random(seed);
    var readers = new ArrayList<CompletionStage<List<Entry>>>();
    var after = new ArrayList<Long>();
    // Each 120th entry starts a reader, now at the end, now somewhere in history.
    var starter =
        store
            .read(0, true)
            .take(total)
            .filter(entry -> entry.sequence() % 120 == 0)
            .runForeach(
                _ -> {
                  long now = store.last();
                  long cursor = random.nextBoolean() ? now : random.nextLong(now + 1);
                  boolean slow = random.nextInt(4) == 0;
                  var source = store.read(cursor, true).take(total - cursor);
                  after.add(cursor);
                  readers.add(
                      (slow ? source.throttle(2000, Duration.ofMillis(100)) : source)
                          .runWith(Sink.seq(), kit.system()));
                },
                kit.system());
    var threads = new ArrayList<Thread>();
    for (int writer = 0; writer < writers; writer++) {
      var volume = "w" + writer;
      threads.add(Thread.ofPlatform().start(() -> append(volume, each)));
    }
    for (var thread : threads) {
      thread.join();
    }
    starter.toCompletableFuture().get(60, SECONDS);
    assertThat(readers).hasSize((int) total / 120);
    for (int i = 0; i < readers.size(); i++) {
      assertThat(sequences(readers.get(i)))
          .as("reader %d after %d, seed %d", i, after.get(i), seed)
          .isEqualTo(range(after.get(i) + 1, total));
    }
  }

  @Test
  void readersThatLeaveAreForgotten() throws Exception {
    append("a", 1);
    for (int i = 0; i < 100; i++) {
      var probe = store.read(1, true).runWith(TestSink.create(kit.system()), kit.system());
      probe.request(1);
      probe.expectNoMessage(Duration.ofMillis(1));
      probe.cancel();
    }
    var left =
        CompletableFuture.runAsync(
            () -> {
              while (store.tail().waiting() > 0) {
                Thread.onSpinWait();
              }
            });
    assertThat(left).succeedsWithin(Duration.ofSeconds(10));
  }

  /** Events of one volume, submitted at once and recorded in batches of seven. */
  private void append(String volume, int count) {
    var last = CompletableFuture.<Void>completedFuture(null);
    for (int i = 1; i <= count; i++) {
      last = Appends.submit(store, volume, i, "w" + i);
    }
    last.join();
  }

  private static List<Long> sequences(CompletionStage<List<Entry>> entries) throws Exception {
    return entries.toCompletableFuture().get(60, SECONDS).stream().map(Entry::sequence).toList();
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}
