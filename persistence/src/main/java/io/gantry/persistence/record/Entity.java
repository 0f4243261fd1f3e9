package io.gantry.persistence.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * What the store knows of an entity beside its events.
 *
 * @param highest sequence number of its newest event; 0: none
 * @param deletedTo events up to this one are not replayed any more; they stay in the record
 * @param lives its newest event was not its last
 */
record Entity(long highest, long deletedTo, boolean lives) {
  static final Entity UNKNOWN = new Entity(0, 0, false);

  static Entity of(String persistenceId, RocksDB db) throws RocksDBException {
    byte @Nullable [] value = db.get(Keys.entity(persistenceId));
    if (value == null) {
      return UNKNOWN;
    }
    var buffer = ByteBuffer.wrap(value);
    return new Entity(buffer.getLong(), buffer.getLong(), buffer.get() != 0);
  }

  byte[] bytes() {
    return ByteBuffer.allocate(17)
        .putLong(highest)
        .putLong(deletedTo)
        .put((byte) (lives ? 1 : 0))
        .array();
  }
}
