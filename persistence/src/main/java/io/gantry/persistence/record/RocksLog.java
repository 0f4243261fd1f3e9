package io.gantry.persistence.record;

import java.nio.file.Path;
import org.rocksdb.InfoLogLevel;
import org.slf4j.LoggerFactory;

/**
 * What RocksDB has to say from warnings up, in our log instead of a file of its own in the record.
 */
final class RocksLog extends org.rocksdb.Logger {
  private static final org.slf4j.Logger LOG =
      LoggerFactory.getLogger("io.gantry.persistence.rocksdb");

  private final Path directory;

  RocksLog(Path directory) {
    super(InfoLogLevel.WARN_LEVEL);
    this.directory = directory;
  }

  /**
   * Called on RocksDB's threads. What fails a write or a read is an exception there; this is for
   * the rest.
   */
  @Override
  protected void log(InfoLogLevel level, String message) {
    LOG.warn("record in {}: {}", directory, message);
  }
}
