package io.gantry.persistence.record;

import akka.NotUsed;
import akka.actor.ClassicActorSystemProvider;
import akka.stream.javadsl.Source;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * The record of one host, open. One per directory: in an agent the journal, the snapshots and all
 * readers share the one that {@link #of} gives. May be used from any thread; methods that read from
 * disk say that they block.
 */
public final class RecordStore implements RecordReader, AutoCloseable {
  private static final int PAGE_BYTES = 1 << 20;

  private final Database database;
  private final Tail tail;
  private final Appender appender;
  private final ThreadPoolExecutor readers;
  private final Retention retention;
  private final ScheduledExecutorService clock;
  private final Map<String, String> refusals = new ConcurrentHashMap<>();

  private RecordStore(RecordSettings settings, Database database) {
    this.database = database;
    var head = Head.load(database);
    tail = new Tail(settings.tail(), settings.tailBytes(), head.sequence());
    appender = new Appender(database, settings, tail, head);
    readers =
        new ThreadPoolExecutor(
            settings.readers(),
            settings.readers(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("gantry-record-reader-", 0).daemon().factory());
    readers.allowCoreThreadTimeOut(true);
    retention = new Retention(this, settings.retention());
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gantry-record-retention").daemon().factory());
    appender.start();
    long pause = settings.retention().interval().toMillis();
    clock.scheduleWithFixedDelay(
        () -> retention.run(Instant.now()), pause, pause, TimeUnit.MILLISECONDS);
  }

  /**
   * Opens the record, makes it when there is none.
   *
   * @throws RecordInUseException when it is open already
   * @throws RecordUnavailableException when it cannot be opened
   */
  public static RecordStore open(RecordSettings settings) {
    var database = Database.open(settings);
    try {
      return new RecordStore(settings, database);
    } catch (RuntimeException failure) {
      database.close();
      throw failure;
    }
  }

  /**
   * The record that the setting {@code gantry.record.directory} names; closed when {@code system}
   * has ended.
   */
  public static RecordStore of(ClassicActorSystemProvider system) {
    return RecordExtension.ID.get(system).store();
  }

  /**
   * Why the entity's newest write was refused, for an entity that Akka restarts because of it: Akka
   * does not say. Empty when that was told already, or when the system has no record.
   */
  public static Optional<String> refusal(ClassicActorSystemProvider system, String persistenceId) {
    return system.classicSystem().hasExtension(RecordExtension.ID)
        ? Optional.ofNullable(of(system).refusals.remove(persistenceId))
        : Optional.empty();
  }

  /** What {@link #refusal} will tell. */
  void refused(String persistenceId, Throwable reason) {
    refusals.put(persistenceId, String.valueOf(reason.getMessage()));
  }

  @Override
  public Source<Entry, NotUsed> read(long after, boolean follow) {
    return Source.fromGraph(new EntrySource(this, after, follow));
  }

  @Override
  public long last() {
    return tail.last();
  }

  @Override
  public long first() {
    return firstAt(0);
  }

  @Override
  public long firstSince(Instant time) {
    long low = first();
    long high = last() + 1;
    while (low < high) {
      long middle = firstAt(low + (high - low) / 2);
      if (middle >= high || !page(middle - 1, 1).getFirst().time().isBefore(time)) {
        high = Math.min(high, low + (high - low) / 2);
      } else {
        low = middle + 1;
      }
    }
    return low > last() ? last() + 1 : firstAt(low);
  }

  /**
   * Persistence ids that start with {@code prefix} of the entities that have events and have not
   * had their last one, in order. Blocks shortly.
   */
  public List<String> living(String prefix) {
    return living(database, prefix);
  }

  /**
   * The same of the record in a directory at this moment, whether an agent runs on it or not; none
   * when there is no record. Blocks.
   *
   * @throws RecordUnavailableException when it cannot be read
   */
  public static List<String> livingIn(Path directory, String prefix) {
    if (!Database.exists(directory)) {
      return List.of();
    }
    try (var database = Database.openReadOnly(RecordSettings.in(directory))) {
      return living(database, prefix);
    }
  }

  private static List<String> living(Database database, String prefix) {
    return database.read(
        db -> {
          var ids = new ArrayList<String>();
          byte[] start = Keys.living(prefix);
          try (var keys = db.newIterator()) {
            for (keys.seek(start);
                keys.isValid() && Keys.startsWith(keys.key(), start);
                keys.next()) {
              ids.add(Keys.name(keys.key()));
            }
            keys.status();
          }
          return ids;
        });
  }

  public Path directory() {
    return database.directory();
  }

  /** Writes what waits, ends the streams of all readers, closes the files. May be repeated. */
  @Override
  public void close() {
    clock.shutdownNow();
    appender.close();
    tail.close();
    readers.shutdown();
    database.close();
  }

  /**
   * At least one entry after {@code cursor}, when there is one; not many more than {@link
   * #PAGE_BYTES}. Blocks.
   */
  List<Entry> page(long cursor, int max) {
    return database.read(
        db -> {
          var page = new ArrayList<Entry>();
          int bytes = 0;
          try (var entries = db.newIterator()) {
            entries.seek(Keys.entry(cursor + 1));
            while (page.size() < max && bytes < PAGE_BYTES && isEntry(entries)) {
              byte[] value = entries.value();
              bytes += value.length;
              page.add(Stored.of(value).entry());
              entries.next();
            }
            entries.status();
          }
          return page;
        });
  }

  /** Sequence of the first entry from {@code sequence} on; one past the last when there is none. */
  private long firstAt(long sequence) {
    return database.read(
        db -> {
          try (var entries = db.newIterator()) {
            entries.seek(Keys.entry(sequence));
            entries.status();
            return isEntry(entries) ? Keys.number(entries.key()) : last() + 1;
          }
        });
  }

  private static boolean isEntry(RocksIterator entries) {
    return entries.isValid() && entries.key()[0] == Keys.ENTRY;
  }

  CompletionStage<Void> submit(Write write) {
    appender.submit(write);
    return write.done();
  }

  /** Completes when all that was submitted so far is on disk or has failed. */
  CompletionStage<Void> settled() {
    return submit(new Write.Barrier(new CompletableFuture<>()));
  }

  /**
   * Reads on a thread that may block. The failure is the one of {@code read}, not one around it.
   */
  <T extends @Nullable Object> CompletableFuture<T> reading(Supplier<T> read) {
    var result = new CompletableFuture<T>();
    try {
      readers.execute(
          () -> {
            try {
              result.complete(read.get());
            } catch (RuntimeException | Error failure) {
              result.completeExceptionally(failure);
            }
          });
    } catch (RejectedExecutionException closed) {
      result.completeExceptionally(
          new RecordUnavailableException("the record in %s is closed".formatted(directory())));
    }
    return result;
  }

  Retention retention() {
    return retention;
  }

  Database database() {
    return database;
  }

  Tail tail() {
    return tail;
  }
}
