package io.gantry.persistence.record;

import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.schema.EventSchema;
import io.gantry.protocol.v1.JournalEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What waits for the writer thread. {@code done} completes when it is on disk, or fails and nothing
 * of it counts.
 */
sealed interface Write {
  CompletableFuture<Void> done();

  /** What it takes of the store's memory until it is done, roughly. */
  default long bytes() {
    return 0;
  }

  /** Events of one entity that are recorded together or not at all. */
  record Append(
      String persistenceId, long firstSequenceNr, List<Draft> drafts, CompletableFuture<Void> done)
      implements Write {
    @Override
    public long bytes() {
      return drafts.stream().mapToLong(Draft::bytes).sum();
    }
  }

  /** Snapshots: everything that is not of the chain. */
  record Change(Edit edit, CompletableFuture<Void> done) implements Write {}

  /** Events up to this one are not replayed any more. The record keeps them. */
  record Forget(String persistenceId, long toSequenceNr, CompletableFuture<Void> done)
      implements Write {}

  /**
   * Removes at most {@code count} entries before {@code cut} that {@code persistenceId} is not
   * rebuilt from. {@code removed}: how many it were.
   */
  record Prune(
      String persistenceId,
      long cut,
      int count,
      CompletableFuture<Integer> removed,
      CompletableFuture<Void> done)
      implements Write {}

  /** Nothing; done when all before it are, well or badly. */
  record Barrier(CompletableFuture<Void> done) implements Write {}

  /**
   * An entry without its place.
   *
   * @param message {@code recorded} as it will be stored, but for place, time and hash
   * @param bytes the size of {@code message}
   */
  record Draft(Recorded<? extends Event> recorded, JournalEntry.Builder message, int bytes) {
    static Draft of(Recorded<? extends Event> recorded) {
      var message = EventSchema.write(recorded);
      return new Draft(recorded, message, message.build().getSerializedSize());
    }
  }

  /** Puts changes into a batch, once. Sees the database as it was before the batch. */
  interface Edit {
    void into(WriteBatch batch, Database database) throws RocksDBException;
  }
}
