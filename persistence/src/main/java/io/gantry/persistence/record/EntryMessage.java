package io.gantry.persistence.record;

import com.google.protobuf.ByteString;
import io.gantry.persistence.schema.EventSchema;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.JournalEntry;

/** An entry in the form in which it leaves the host: what is stored, and its hash. */
public final class EntryMessage {
  private EntryMessage() {}

  public static JournalEntry of(Entry entry) {
    return EventSchema.write(entry.recorded())
        .setSequence(entry.sequence())
        .setEpoch(entry.epoch())
        .setTime(Moments.timestamp(entry.time()))
        .setPersistenceId(entry.persistenceId())
        .setPersistenceSequence(entry.persistenceSequence())
        .setPreviousHash(ByteString.copyFrom(entry.previousHash()))
        .setHash(ByteString.copyFrom(entry.hash()))
        .build();
  }
}
