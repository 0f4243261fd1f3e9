package io.gantry.persistence.record;

import com.google.protobuf.ByteString;
import io.gantry.protocol.Moments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Gives the entries of one batch their place: sequence, time, hash, and their lines in the indexes.
 */
final class EntryBatch {
  private static final byte[] NOTHING = {};

  private final WriteBatch batch;
  private final Database database;
  private final long epoch;
  private final List<Tail.Committed> entries = new ArrayList<>();
  private final Map<String, Entity> entities = new HashMap<>();
  private Head head;

  EntryBatch(WriteBatch batch, Database database, long epoch, Head head) {
    this.batch = batch;
    this.database = database;
    this.epoch = epoch;
    this.head = head;
  }

  /** False when the write cannot be taken; it was told so and left no trace in the batch. */
  boolean add(Write write) throws RocksDBException {
    switch (write) {
      case Write.Append append -> {
        var entity = entity(append.persistenceId());
        if (append.firstSequenceNr() != entity.highest() + 1) {
          append.done().completeExceptionally(outOfOrder(append, entity));
          return false;
        }
        append(append, entity);
      }
      case Write.Change change -> change.edit().into(batch, database);
      case Write.Forget forget -> forget(forget, entity(forget.persistenceId()));
      case Write.Prune prune -> prune(prune, entity(prune.persistenceId()));
      case Write.Barrier _ -> {}
    }
    return true;
  }

  Head head() {
    return head;
  }

  List<Tail.Committed> entries() {
    return entries;
  }

  private Entity entity(String persistenceId) {
    var known = entities.get(persistenceId);
    return known != null ? known : database.read(db -> Entity.of(persistenceId, db));
  }

  private void append(Write.Append append, Entity before) throws RocksDBException {
    var id = append.persistenceId();
    var now = Instant.now();
    var time = now.isBefore(head.time()) ? head.time() : now;
    var entity = before;
    for (var draft : append.drafts()) {
      long sequence = head.sequence() + 1;
      long sequenceNr = entity.highest() + 1;
      var message =
          draft
              .message()
              .setSequence(sequence)
              .setEpoch(epoch)
              .setTime(Moments.timestamp(time))
              .setPersistenceId(id)
              .setPersistenceSequence(sequenceNr)
              .setPreviousHash(ByteString.copyFrom(head.hash()))
              .build();
      var stored = Stored.seal(message.toByteArray());
      batch.put(Keys.entry(sequence), stored.value());
      batch.put(Keys.index(id, sequenceNr), Keys.number(sequence));
      var entry =
          new Entry(
              sequence, epoch, time, id, draft.recorded(), stored.hash(), sequenceNr, head.hash());
      entries.add(new Tail.Committed(entry, stored.bytes().length));
      head = new Head(sequence, epoch, time, stored.hash());
      entity = new Entity(sequenceNr, entity.deletedTo(), !draft.recorded().event().endsEntity());
    }
    if (entity.lives() && !before.lives()) {
      batch.put(Keys.living(id), NOTHING);
    } else if (!entity.lives() && before.lives()) {
      batch.delete(Keys.living(id));
    }
    batch.put(Keys.entity(id), entity.bytes());
    entities.put(id, entity);
  }

  private void forget(Write.Forget forget, Entity before) throws RocksDBException {
    long to = Math.max(before.deletedTo(), Math.min(forget.toSequenceNr(), before.highest()));
    var entity = new Entity(before.highest(), to, before.lives());
    batch.put(Keys.entity(forget.persistenceId()), entity.bytes());
    entities.put(forget.persistenceId(), entity);
  }

  private void prune(Write.Prune prune, Entity before) throws RocksDBException {
    var id = prune.persistenceId();
    var lines = Cuts.lines(database, id, before, prune.cut(), prune.count());
    for (var line : lines) {
      batch.delete(Keys.entry(line.sequence()));
      batch.delete(Keys.index(id, line.sequenceNr()));
    }
    if (!lines.isEmpty()) {
      // What is gone is not replayed, should the entity be born again.
      long to = Math.max(before.deletedTo(), lines.getLast().sequenceNr());
      var entity = new Entity(before.highest(), to, before.lives());
      batch.put(Keys.entity(id), entity.bytes());
      entities.put(id, entity);
      if (!entity.lives() && to == entity.highest()) {
        for (var snapshot : Cuts.snapshots(database, id)) {
          batch.delete(snapshot);
        }
      }
    }
    prune.removed().complete(lines.size());
  }

  private RecordUnavailableException outOfOrder(Write.Append append, Entity entity) {
    return new RecordUnavailableException(
        "cannot append event %d of %s to the record in %s: its newest is %d; another actor writes for the same entity"
            .formatted(
                append.firstSequenceNr(),
                append.persistenceId(),
                database.directory(),
                entity.highest()));
  }
}
