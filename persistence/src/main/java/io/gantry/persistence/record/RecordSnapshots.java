package io.gantry.persistence.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import io.gantry.persistence.schema.UnreadableEntryException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import scala.Option;
import scala.compat.java8.FutureConverters;
import scala.concurrent.Future;

/**
 * The Akka Persistence snapshot store {@code gantry.record.snapshot}, in the same database as the
 * journal. A snapshot is a shortcut for replay and no part of the record; its bytes are made by the
 * Akka serialiser bound to the state's type.
 */
public final class RecordSnapshots extends SnapshotStore {
  private final RecordStore store;
  private final Serialization serialization;

  /** Called by Akka. */
  public RecordSnapshots() {
    store = RecordStore.of(context().system());
    serialization = SerializationExtension.get(context().system());
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    CompletionStage<Optional<SelectedSnapshot>> loaded =
        store.reading(
            () -> {
              var matching = matching(persistenceId, criteria);
              return matching.isEmpty() ? Optional.empty() : Optional.of(load(matching.getLast()));
            });
    return FutureConverters.toScala(loaded);
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    byte[] payload = serialization.serialize(snapshot).get();
    var serializer = serialization.findSerializerFor(snapshot);
    byte[] manifest = Serializers.manifestFor(serializer, snapshot).getBytes(UTF_8);
    byte[] value =
        ByteBuffer.allocate(16 + manifest.length + payload.length)
            .putLong(metadata.timestamp())
            .putInt(serializer.identifier())
            .putInt(manifest.length)
            .put(manifest)
            .put(payload)
            .array();
    byte[] key = Keys.snapshot(metadata.persistenceId(), metadata.sequenceNr());
    return change((batch, _) -> batch.put(key, value));
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    byte[] key = Keys.snapshot(metadata.persistenceId(), metadata.sequenceNr());
    return change((batch, _) -> batch.delete(key));
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return change(
        (batch, _) -> {
          for (var kept : matching(persistenceId, criteria)) {
            batch.delete(kept.key());
          }
        });
  }

  private record Kept(byte[] key, ByteBuffer value, SnapshotMetadata metadata) {}

  private List<Kept> matching(String persistenceId, SnapshotSelectionCriteria criteria) {
    byte[] first = Keys.snapshot(persistenceId, criteria.minSequenceNr());
    return store
        .database()
        .read(
            db -> {
              var matching = new ArrayList<Kept>();
              try (var kept = db.newIterator()) {
                for (kept.seek(first);
                    kept.isValid() && Keys.sameButNumber(kept.key(), first);
                    kept.next()) {
                  long sequenceNr = Keys.number(kept.key());
                  var value = ByteBuffer.wrap(kept.value());
                  long timestamp = value.getLong();
                  if (sequenceNr <= criteria.maxSequenceNr()
                      && timestamp <= criteria.maxTimestamp()
                      && timestamp >= criteria.minTimestamp()) {
                    var metadata =
                        SnapshotMetadata.apply(
                            persistenceId, sequenceNr, timestamp, Option.empty());
                    matching.add(new Kept(kept.key(), value, metadata));
                  }
                }
                kept.status();
              }
              return matching;
            });
  }

  private SelectedSnapshot load(Kept kept) {
    try {
      var value = kept.value();
      int serializer = value.getInt();
      byte[] manifest = new byte[Math.min(value.getInt(), value.remaining())];
      value.get(manifest);
      byte[] payload = new byte[value.remaining()];
      value.get(payload);
      var snapshot =
          serialization.deserialize(payload, serializer, new String(manifest, UTF_8)).get();
      return SelectedSnapshot.create(kept.metadata(), snapshot);
    } catch (BufferUnderflowException | NegativeArraySizeException damaged) {
      throw new UnreadableEntryException("cannot read " + kept.metadata(), damaged);
    }
  }

  private Future<Void> change(Write.Edit edit) {
    return FutureConverters.toScala(
        store.submit(new Write.Change(edit, new CompletableFuture<>())));
  }
}
