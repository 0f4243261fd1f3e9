package io.gantry.agent.container.log;

import static io.gantry.agent.container.log.LogLines.full;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Sink;
import akka.stream.testkit.javadsl.TestSink;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.LogBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir Path directory;
  private LogWatch watch;
  private Path file;
  private ContainerLog log;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  @BeforeEach
  void open() throws IOException {
    watch = new LogWatch();
    file = directory.resolve("container.log");
    log = new ContainerLog(file, watch, Thread::startVirtualThread);
  }

  @AfterEach
  void close() throws IOException {
    watch.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static LogQuery following(Optional<Instant> until) {
    return new LogQuery(true, true, true, Optional.empty(), until, OptionalInt.empty());
  }

  @Test
  void aReaderEndsAtTheEndOfTheFile() throws Exception {
    Files.writeString(file, full(0, "a"));
    var read =
        log.read(LogLines.everything(), ended)
            .map(LogBatch::size)
            .runWith(Sink.seq(), KIT.system())
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS);
    assertThat(read).containsExactly(1);
  }

  @Test
  void aFollowerSeesWhatIsWrittenLaterAlsoIntoANewFileAndEndsWithTheRun() throws Exception {
    var probe =
        log.read(following(Optional.empty()), ended)
            .map(batch -> String.join("", LogLines.texts(batch)))
            .runWith(TestSink.create(KIT.system()), KIT.system());
    probe.request(10);
    Files.writeString(file, full(0, "a"));
    assertThat(probe.expectNext()).isEqualTo("a\n");
    Files.move(file, directory.resolve("container.log.1"));
    Files.writeString(file, full(1, "b"));
    assertThat(probe.expectNext()).isEqualTo("b\n");
    Files.writeString(file, full(2, "c"), StandardOpenOption.APPEND);
    assertThat(probe.expectNext()).isEqualTo("c\n");
    ended.complete(null);
    probe.expectComplete();
    assertThat(watch.size()).isZero();
  }

  @Test
  void aFollowerWhoseTimeIsOverEnds() {
    var probe =
        log.read(following(Optional.of(Instant.now())), ended)
            .runWith(TestSink.create(KIT.system()), KIT.system());
    probe.request(1);
    probe.expectComplete();
  }

  @Test
  void aFollowerThatLeavesWhileItWaitsLeavesNothingBehind() throws Exception {
    Files.writeString(file, full(0, "a"));
    var probe =
        log.read(following(Optional.empty()), ended)
            .runWith(TestSink.create(KIT.system()), KIT.system());
    probe.request(2);
    probe.expectNext();
    probe.cancel();
    probe.expectNoMessage(java.time.Duration.ofMillis(1));
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (watch.size() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(watch.size()).isZero();
  }
}
