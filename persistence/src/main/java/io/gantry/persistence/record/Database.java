package io.gantry.persistence.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The RocksDB handle. It can be closed and opened again beneath its readers: a handle that met an
 * error of the disk refuses all writes from then on, and a read through a closed one would end the
 * JVM.
 */
final class Database implements AutoCloseable {
  /** A read of the database; its iterators must not outlive it. */
  interface Read<T> {
    T from(RocksDB db) throws RocksDBException;
  }

  static {
    RocksDB.loadLibrary();
  }

  private final Path directory;
  private final boolean readOnly;
  private final RocksLog log;
  // Tables in which half of a run of keys was removed are compacted, which gives their space back.
  private final TablePropertiesCollectorFactory removals =
      TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(1000, 500, 0.5);
  private final BloomFilter filter = new BloomFilter(10);
  private final LRUCache cache;
  private final Options options;
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable RocksDB db;
  private boolean closed;

  private Database(RecordSettings settings, boolean readOnly) {
    this.readOnly = readOnly;
    directory = settings.directory();
    log = new RocksLog(directory);
    cache = new LRUCache(settings.cache());
    options = options(settings);
  }

  /**
   * Opens it to read and write, makes it when there is none.
   *
   * @throws RecordInUseException when another agent has it open
   * @throws RecordUnavailableException when it cannot be opened for another reason
   */
  static Database open(RecordSettings settings) {
    try {
      Files.createDirectories(settings.directory());
    } catch (IOException failure) {
      throw new RecordUnavailableException(
          "cannot make the record's directory %s: %s".formatted(settings.directory(), failure),
          failure);
    }
    return opened(new Database(settings, false));
  }

  /**
   * Opens it to read what is there at this moment, also while an agent writes it. Changes no file.
   *
   * @throws RecordUnavailableException when it cannot be opened, or is not there
   */
  static Database openReadOnly(RecordSettings settings) {
    if (!exists(settings.directory())) {
      throw new RecordUnavailableException(
          "there is no record in %s".formatted(settings.directory()));
    }
    return opened(new Database(settings, true));
  }

  static boolean exists(Path directory) {
    return Files.exists(directory.resolve("CURRENT"));
  }

  private static Database opened(Database database) {
    try {
      database.open();
      return database;
    } catch (RuntimeException failure) {
      database.close();
      throw failure;
    }
  }

  private Options options(RecordSettings settings) {
    // Whole key filters answer "is this entity known?" without touching the disk.
    var table =
        new BlockBasedTableConfig()
            .setFilterPolicy(filter)
            .setBlockCache(cache)
            .setFormatVersion(5);
    var made =
        new Options()
            .setCreateIfMissing(!readOnly)
            .setTableFormatConfig(table)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setWriteBufferSize(settings.writeBuffer())
            .setMaxWriteBufferNumber(2)
            .setMaxTotalWalSize(4 * settings.writeBuffer())
            .setMaxBackgroundJobs(2)
            .setMaxOpenFiles(64)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0)
            // A torn last write is what a power cut leaves, and nobody was told it succeeded.
            // Damage before it is not.
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
    made.setLogger(log);
    made.setTablePropertiesCollectorFactory(List.of(removals));
    return made;
  }

  private void open() {
    try {
      db =
          readOnly
              ? RocksDB.openReadOnly(options, directory.toString())
              : RocksDB.open(options, directory.toString());
    } catch (RocksDBException failure) {
      var message = reason(failure);
      if (message.contains("lock hold by current process") || message.contains("While lock file")) {
        throw new RecordInUseException(directory, failure);
      }
      throw new RecordUnavailableException(
          "cannot open the record in %s: %s".formatted(directory, message), failure);
    }
  }

  /**
   * Closes the handle and opens it again. When that fails the database cannot be read either, until
   * it succeeds.
   */
  void reopen() {
    lock.writeLock().lock();
    try {
      if (closed) {
        throw new RecordUnavailableException("the record in %s is closed".formatted(directory));
      }
      if (db != null) {
        db.close();
        db = null;
      }
      open();
    } finally {
      lock.writeLock().unlock();
    }
  }

  <T> T read(Read<T> read) {
    lock.readLock().lock();
    try {
      return read.from(handle());
    } catch (RocksDBException failure) {
      throw new RecordUnavailableException(
          "cannot read the record in %s: %s".formatted(directory, reason(failure)), failure);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Writes all of {@code batch} or nothing; it is on disk when this returns. */
  void write(WriteBatch batch) {
    lock.readLock().lock();
    try {
      handle().write(synced, batch);
    } catch (RocksDBException failure) {
      throw new RecordUnavailableException(
          "cannot append to the record in %s: %s".formatted(directory, reason(failure)), failure);
    } finally {
      lock.readLock().unlock();
    }
  }

  private static String reason(RocksDBException failure) {
    var status = failure.getStatus();
    return status == null
        ? String.valueOf(failure.getMessage())
        : "%s: %s".formatted(status.getCodeString(), failure.getMessage());
  }

  /** Bytes a write may still use. */
  long usableSpace() {
    return directory.toFile().getUsableSpace();
  }

  Path directory() {
    return directory;
  }

  private RocksDB handle() {
    if (db == null) {
      throw new RecordUnavailableException("the record in %s is closed".formatted(directory));
    }
    return db;
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (db != null) {
        db.close();
        db = null;
      }
      options.close();
      synced.close();
      filter.close();
      cache.close();
      removals.close();
      log.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
