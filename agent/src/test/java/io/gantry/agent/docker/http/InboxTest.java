package io.gantry.agent.docker.http;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class InboxTest {
  private final Inbox inbox = new Inbox();

  private static ByteString bytes(int count) {
    return ByteString.fromArray(new byte[count]);
  }

  @Test
  void theTakerIsToldOnceAndTakesAll() {
    assertThat(inbox.add(bytes(1))).isTrue();
    assertThat(inbox.add(bytes(2))).isFalse();
    assertThat(inbox.take().size()).isEqualTo(3);
    assertThat(inbox.take().isEmpty()).isTrue();
    assertThat(inbox.add(bytes(1))).isTrue();
  }

  @Test
  void aReaderThatIsFarAheadWaitsUntilSomethingIsTaken() throws Exception {
    inbox.add(bytes(1 << 20));
    var waiting = waiting();
    assertThat(waiting).isNotDone();
    inbox.take();
    waiting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void manySmallPiecesAreFarAheadToo() throws Exception {
    for (var i = 0; i < 256; i++) {
      inbox.add(bytes(1));
    }
    var waiting = waiting();
    assertThat(waiting).isNotDone();
    inbox.drop();
    waiting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whoTakesOverFindsWhatIsHereAndThenTheReaderAtRest() throws Exception {
    inbox.awaitRoom();
    inbox.add(bytes(3));
    assertThat(inbox.takeOver().size()).isEqualTo(3);
    var resting = waiting();
    assertThat(inbox.takeOver().isEmpty()).isTrue();
    assertThat(resting).isNotDone();
    inbox.handBack();
    resting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatNobodyWantsIsNotKept() {
    inbox.add(bytes(1));
    inbox.drop();
    assertThat(inbox.add(bytes(1))).isFalse();
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void whereOthersHoldAllThereIsEachHoldsOnePiece() throws Exception {
    var others = new ArrayList<Inbox>();
    for (var held = 0; held < Inbox.MOST_TOGETHER; held += 64 << 10) {
      var other = new Inbox();
      other.add(bytes(1));
      waiting(other).get(10, TimeUnit.SECONDS);
      others.add(other);
    }
    try {
      waiting(inbox).get(10, TimeUnit.SECONDS);
      inbox.add(bytes(1));
      var second = waiting(inbox);
      assertThat(second).isNotDone();
      inbox.take();
      second.get(10, TimeUnit.SECONDS);
    } finally {
      others.forEach(Inbox::drop);
    }
    inbox.add(bytes(1));
    waiting(inbox).get(10, TimeUnit.SECONDS);
    inbox.drop();
  }

  private CompletableFuture<Void> waiting() {
    return waiting(inbox);
  }

  private static CompletableFuture<Void> waiting(Inbox inbox) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            inbox.awaitRoom();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        Thread::startVirtualThread);
  }
}
