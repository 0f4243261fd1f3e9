package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSnapshotsTest {
  @TempDir Path directory;

  @Test
  void anEntityGoesOnFromItsSnapshotAndTheRecordKeepsWhatTheEntityForgot() {
    var first = Systems.on(directory);
    try {
      TestProbe<String> observer = first.createTestProbe();
      var slate = first.spawn(Slate.create(observer.getRef()));
      observer.expectMessage("recovered ");
      for (int i = 0; i < 10; i++) {
        append(first, slate, Integer.toString(i));
      }
      expect(observer, "snapshot", "deleted to 5");
    } finally {
      first.shutdownTestKit();
    }
    var second = Systems.on(directory);
    try {
      TestProbe<String> observer = second.createTestProbe();
      var slate = second.spawn(Slate.create(observer.getRef()));
      observer.expectMessage("recovered 0123456789");
      assertThat(append(second, slate, "x")).isEqualTo("0123456789x");
      var store = RecordStore.of(second.system());
      assertThat(store.page(0, 100)).hasSize(11);
      assertThat(store.page(0, 1).getFirst().persistenceSequence()).isEqualTo(1);
      assertThat(RecordVerifier.verify(store)).isInstanceOf(RecordVerifier.Verdict.Intact.class);
    } finally {
      second.shutdownTestKit();
    }
  }

  private static String append(ActorTestKit kit, ActorRef<Slate.Append> slate, String word) {
    TestProbe<String> answer = kit.createTestProbe();
    slate.tell(new Slate.Append(word, answer.getRef()));
    return answer.receiveMessage();
  }

  private static void expect(TestProbe<String> observer, String... wanted) {
    for (var message : wanted) {
      observer.fishForMessage(
          Duration.ofSeconds(10),
          seen ->
              seen.equals(message)
                  ? FishingOutcomes.complete()
                  : FishingOutcomes.continueAndIgnore());
    }
  }
}
