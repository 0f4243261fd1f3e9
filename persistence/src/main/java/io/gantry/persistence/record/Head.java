package io.gantry.persistence.record;

import io.gantry.persistence.schema.EventSchema;
import io.gantry.protocol.Moments;
import java.time.Instant;

/** The end of the record: what the next entry continues. */
record Head(long sequence, long epoch, Instant time, byte[] hash) {
  static final Head NONE = new Head(0, 0, Instant.EPOCH, new byte[Stored.HASH_LENGTH]);

  /** The newest entry of the store. Its epoch ended with the store's life. */
  static Head load(Database database) {
    return database.read(
        db -> {
          try (var entries = db.newIterator()) {
            entries.seekForPrev(Keys.entry(Long.MAX_VALUE));
            entries.status();
            if (!entries.isValid() || entries.key()[0] != Keys.ENTRY) {
              return NONE;
            }
            var stored = Stored.of(entries.value());
            var entry = EventSchema.parse(stored.bytes());
            return new Head(
                Keys.number(entries.key()),
                entry.getEpoch(),
                Moments.instant(entry.getTime()),
                stored.hash());
          }
        });
  }
}
