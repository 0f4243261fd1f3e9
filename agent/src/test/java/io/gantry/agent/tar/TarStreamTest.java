package io.gantry.agent.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.Attributes;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.SinkQueueWithCancel;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bytes that are made while they are read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TarStreamTest {
  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("akka.loglevel=WARNING"));

  @AfterAll
  void shutDown() {
    kit.shutdownTestKit();
  }

  private ByteString read(Source<ByteString, ?> source) throws Exception {
    return source
        .runFold(ByteString.emptyByteString(), ByteString::concat, kit.system())
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  private static Source<ByteString, ?> stream(TarStream.Work work) {
    return TarStream.of(command -> Thread.ofPlatform().start(command), work);
  }

  @Test
  void allThatIsWrittenComesOutAndTheStreamEnds() throws Exception {
    var bytes = "text".repeat(100_000).getBytes(StandardCharsets.UTF_8);

    assertThat(read(stream(out -> out.write(bytes))).toArray()).isEqualTo(bytes);
    assertThat(read(stream(_ -> {})).isEmpty()).isTrue();
  }

  @Test
  void aFailureFailsTheStream() {
    assertThatThrownBy(
            () ->
                read(
                    stream(
                        out -> {
                          out.write(1);
                          throw new IOException("the disk is gone");
                        })))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("the disk is gone");
  }

  @Test
  void nothingIsDoneBeforeSomebodyReads() throws Exception {
    var runs = new AtomicInteger();
    var source = stream(_ -> runs.incrementAndGet());

    assertThat(runs).hasValue(0);
    read(source);
    assertThat(runs).hasValue(1);
  }

  @Test
  void readersThatStandStillHoldLittleAndOthersWaitForTheirPlace() throws Exception {
    var begun = new Semaphore(0);
    var written = new AtomicLong();
    var still = new ArrayList<SinkQueueWithCancel<ByteString>>();
    for (var number = 0; number < TarStream.AT_ONCE; number++) {
      still.add(
          stream(
                  out -> {
                    begun.release();
                    for (var chunk = new byte[1 << 16]; ; ) {
                      out.write(chunk);
                      written.addAndGet(chunk.length);
                    }
                  })
              .runWith(
                  Sink.<ByteString>queue(1).addAttributes(Attributes.inputBuffer(1, 1)),
                  kit.system()));
    }
    assertThat(begun.tryAcquire(TarStream.AT_ONCE, 20, TimeUnit.SECONDS)).isTrue();

    var next = stream(out -> out.write(7)).runWith(Sink.seq(), kit.system());
    assertThat(next.toCompletableFuture()).isNotDone();
    still.removeFirst().cancel();
    assertThat(next.toCompletableFuture().get(20, TimeUnit.SECONDS)).hasSize(1);
    assertThat(written).hasValueLessThan(TarStream.AT_ONCE * (1L << 19));
    still.forEach(SinkQueueWithCancel::cancel);
  }

  @Test
  void aReaderThatLeavesEndsTheWork() throws Exception {
    var ended = new CountDownLatch(1);
    stream(
            out -> {
              try {
                for (var chunk = new byte[1 << 16]; ; ) {
                  out.write(chunk);
                }
              } finally {
                ended.countDown();
              }
            })
        .take(1)
        .runFold(0, (count, _) -> count + 1, kit.system());

    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
