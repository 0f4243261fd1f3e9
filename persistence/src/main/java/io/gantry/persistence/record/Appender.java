package io.gantry.persistence.record;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes whatever waits, writes it with one fsync, publishes it and
 * only then tells the writers: the longer the disk takes, the more writes share it.
 */
final class Appender {
  private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

  private final Database database;
  private final RecordSettings settings;
  private final Tail tail;
  private final BlockingQueue<Write> queue;
  private final Thread thread;
  private final long epoch;
  private Head head;
  private volatile boolean closing;
  private @Nullable RecordUnavailableException broken;
  private long triedAt;

  Appender(Database database, RecordSettings settings, Tail tail, Head head) {
    this.database = database;
    this.settings = settings;
    this.tail = tail;
    this.head = head;
    epoch = head.epoch() + 1;
    queue = new ArrayBlockingQueue<>(settings.queue());
    thread = Thread.ofPlatform().name("gantry-record-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Never blocks. {@code write.done()} completes on the writer thread. */
  void submit(Write write) {
    if (closing) {
      write.done().completeExceptionally(closed());
    } else if (!queue.offer(write)) {
      write
          .done()
          .completeExceptionally(
              new RecordUnavailableException(
                  "cannot append to the record in %s: %d writes are waiting for the disk"
                      .formatted(database.directory(), settings.queue())));
    } else if (closing && !thread.isAlive()) {
      refuseWaiting();
    }
  }

  /** Writes what waits, then ends. */
  void close() {
    closing = true;
    if (thread.isAlive()) {
      queue.offer(new Write.Barrier(new CompletableFuture<>()));
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    refuseWaiting();
  }

  private void run() {
    var writes = new ArrayList<Write>();
    while (!closing || !queue.isEmpty()) {
      try {
        // While broken it wakes by itself: readers want the store back even when nobody writes.
        var first =
            queue.poll(
                broken == null ? 60_000 : settings.retry().toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          writes.add(first);
          queue.drainTo(writes, settings.batch() - 1);
        }
        repair();
        if (!writes.isEmpty()) {
          write(writes);
        }
      } catch (InterruptedException never) {
        LOG.warn("record in {}: the writer was interrupted and goes on", database.directory());
      } catch (RuntimeException failure) {
        fail(writes, failure);
      }
      writes.clear();
    }
  }

  private void write(List<Write> writes) {
    if (broken != null) {
      throw broken;
    }
    long usable = database.usableSpace();
    if (usable < settings.reserve()) {
      throw new RecordUnavailableException(
          "cannot append to the record in %s: no space left on device (%d bytes are free, %d are kept in reserve)"
              .formatted(database.directory(), usable, settings.reserve()));
    }
    try (var batch = new WriteBatch()) {
      var accepted = new ArrayList<Write>(writes.size());
      var entries = new EntryBatch(batch, database, epoch, head);
      for (var write : writes) {
        if (entries.add(write)) {
          accepted.add(write);
        }
      }
      if (batch.count() > 0) {
        commit(batch);
      }
      head = entries.head();
      tail.publish(entries.entries());
      accepted.forEach(write -> write.done().complete(null));
    } catch (RocksDBException failure) {
      throw new RecordUnavailableException(
          "cannot put a write together: " + failure.getMessage(), failure);
    }
  }

  private void commit(WriteBatch batch) {
    try {
      database.write(batch);
    } catch (RecordUnavailableException failure) {
      // The batch may be on disk all the same. Only a new handle knows, and only a new handle
      // writes again.
      broken = failure;
      triedAt = System.nanoTime();
      LOG.error("{}", failure.getMessage());
      throw failure;
    }
  }

  private void repair() {
    if (broken == null
        || System.nanoTime() - triedAt < settings.retry().toNanos()
        || database.usableSpace() < settings.reserve()) {
      return;
    }
    triedAt = System.nanoTime();
    try {
      database.reopen();
      head = Head.load(database);
      tail.restart(head.sequence());
      broken = null;
      LOG.info(
          "record in {} can be written again, from entry {}",
          database.directory(),
          head.sequence() + 1);
    } catch (RecordUnavailableException still) {
      broken = still;
      LOG.warn("{}", still.getMessage());
    }
  }

  private static void fail(List<Write> writes, RuntimeException failure) {
    for (var write : writes) {
      switch (write) {
        case Write.Append _, Write.Change _, Write.Forget _ ->
            write.done().completeExceptionally(failure);
        // Entities are read also while nothing can be written.
        case Write.Barrier barrier -> barrier.done().complete(null);
      }
    }
  }

  private void refuseWaiting() {
    var left = new ArrayList<Write>();
    queue.drainTo(left);
    fail(left, closed());
  }

  private RecordUnavailableException closed() {
    return new RecordUnavailableException(
        "the record in %s is closed".formatted(database.directory()));
  }
}
