package io.gantry.persistence.record;

import io.gantry.persistence.schema.EventSchema;
import io.gantry.persistence.schema.UnreadableEntryException;
import io.gantry.protocol.Moments;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * An entry as it lies in the store.
 *
 * @param hash SHA-256 of {@code bytes}
 * @param bytes a {@code JournalEntry} without its own hash
 */
record Stored(byte[] hash, byte[] bytes) {
  static final int HASH_LENGTH = 32;

  static Stored seal(byte[] bytes) {
    return new Stored(sha256(bytes), bytes);
  }

  static Stored of(byte[] value) {
    if (value.length < HASH_LENGTH) {
      throw new UnreadableEntryException(
          "cannot read %d bytes as an entry of the record".formatted(value.length));
    }
    return new Stored(
        Arrays.copyOf(value, HASH_LENGTH), Arrays.copyOfRange(value, HASH_LENGTH, value.length));
  }

  byte[] value() {
    return ByteBuffer.allocate(HASH_LENGTH + bytes.length).put(hash).put(bytes).array();
  }

  /**
   * @throws UnreadableEntryException when this release cannot understand it
   */
  Entry entry() {
    var entry = EventSchema.parse(bytes);
    return new Entry(
        entry.getSequence(),
        entry.getEpoch(),
        Moments.instant(entry.getTime()),
        entry.getPersistenceId(),
        EventSchema.read(entry),
        hash,
        entry.getPersistenceSequence(),
        entry.getPreviousHash().toByteArray());
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }
}
