package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.stream.javadsl.Sink;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.gantry.persistence.schema.EventSchema;
import io.gantry.persistence.schema.UnreadableEntryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Entry 2 is of a later release: the agent was put back to an older one. */
class UnreadableEntryTest {
  private static final String REASON =
      "entry 2 of the record, event 2 of volume|slate holds an event this release does not know"
          + " (field [180])";

  @TempDir Path directory;

  @BeforeEach
  void write() throws RocksDBException {
    try (var store = RecordStore.open(RecordSettings.in(directory));
        var batch = new WriteBatch()) {
      Appends.now(store, "slate", 1, "a", "b", "c");
      Appends.now(store, "healthy", 1, "x");
      var known = store.database().read(db -> db.get(Keys.entry(2)));
      var later = EventSchema.parse(Stored.of(known).bytes()).toBuilder();
      var field = UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build();
      later.clearEvent();
      later.setUnknownFields(UnknownFieldSet.newBuilder().addField(180, field).build());
      batch.put(Keys.entry(2), Stored.seal(later.build().toByteArray()).value());
      store.database().write(batch);
    }
  }

  @Test
  void itsEntityIsNotRecoveredAndSaysWhyAndTheOthersAre() throws Exception {
    var kit = Systems.on(directory);
    try {
      TestProbe<String> observer = kit.createTestProbe();
      var slate = kit.spawn(Slate.create(observer.getRef()));
      observer.expectMessage(REASON);
      observer.expectTerminated(slate, Duration.ofSeconds(5));
      assertThat(Diary.recall(kit, kit.spawn(Diary.named("healthy")))).containsExactly("x");
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void aReaderIsToldAndNothingIsSkipped() {
    var kit = Systems.on(directory);
    try {
      var store = RecordStore.of(kit.system());
      var read = store.read(0, false).runWith(Sink.seq(), kit.system()).toCompletableFuture();
      assertThat(read)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(UnreadableEntryException.class)
          .withMessageContaining(REASON);
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void theVerifierNamesIt() {
    assertThat(RecordVerifier.verify(directory))
        .isInstanceOfSatisfying(
            RecordVerifier.Verdict.Broken.class,
            broken -> assertThat(broken.reason()).contains(REASON));
  }
}
