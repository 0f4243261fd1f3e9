package io.gantry.persistence.record;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.gantry.persistence.schema.EventSchema;
import io.gantry.protocol.v1.JournalEntry;

/** An entry in the form in which it leaves the host: what is stored, and its hash. */
public final class EntryMessage {
  private EntryMessage() {}

  public static JournalEntry of(Entry entry) {
    return EventSchema.write(entry.recorded())
        .setSequence(entry.sequence())
        .setEpoch(entry.epoch())
        .setTime(
            Timestamp.newBuilder()
                .setSeconds(entry.time().getEpochSecond())
                .setNanos(entry.time().getNano()))
        .setPersistenceId(entry.persistenceId())
        .setPersistenceSequence(entry.persistenceSequence())
        .setPreviousHash(ByteString.copyFrom(entry.previousHash()))
        .setHash(ByteString.copyFrom(entry.hash()))
        .build();
  }
}
