package io.gantry.persistence.record;

import com.google.protobuf.ByteString;
import io.gantry.persistence.schema.EventSchema;
import io.gantry.persistence.schema.UnreadableEntryException;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.JournalEntry;
import java.time.DateTimeException;
import java.util.Optional;

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

  /**
   * What another host tells of its record. Empty: it is of a kind or has a value that this release
   * does not know.
   */
  public static Optional<Entry> read(JournalEntry message) {
    try {
      return Optional.of(
          new Entry(
              message.getSequence(),
              message.getEpoch(),
              Moments.instant(message.getTime()),
              message.getPersistenceId(),
              EventSchema.read(message),
              message.getHash().toByteArray(),
              message.getPersistenceSequence(),
              message.getPreviousHash().toByteArray()));
    } catch (UnreadableEntryException | DateTimeException newer) {
      return Optional.empty();
    }
  }
}
