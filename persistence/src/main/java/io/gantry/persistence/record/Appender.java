package io.gantry.persistence.record;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
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

  /** What the store needs to write at all. */
  private static final long LEAST = 2 << 20;

  private final Database database;
  private final RecordSettings settings;
  private final Tail tail;
  private final BlockingQueue<Write> queue;
  private final Thread thread;
  private final long epoch;
  private final Ballast ballast;
  private final AtomicLong waitingBytes = new AtomicLong();
  private Head head;
  private volatile boolean closing;
  private @Nullable RecordUnavailableException broken;
  private long triedAt;

  Appender(Database database, RecordSettings settings, Tail tail, Head head) {
    this.database = database;
    this.settings = settings;
    this.tail = tail;
    this.head = head;
    ballast = new Ballast(database.directory(), settings.reserve() / 4);
    epoch = head.epoch() + 1;
    queue = new ArrayBlockingQueue<>(settings.queue());
    thread = Thread.ofPlatform().name("gantry-record-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Never blocks. {@code write.done()} completes on the writer thread. */
  void submit(Write write) {
    long bytes = write.bytes();
    if (closing) {
      refuse(write, closed());
    } else if (waitingBytes.addAndGet(bytes) > settings.queueBytes() || !queue.offer(write)) {
      waitingBytes.addAndGet(-bytes);
      refuse(write, overloaded());
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
        take(writes);
        repair();
        if (!writes.isEmpty()) {
          write(writes);
        }
      } catch (InterruptedException never) {
        LOG.warn("record in {}: the writer was interrupted and goes on", database.directory());
      } catch (RecordUnavailableException failure) {
        writes.forEach(write -> refuse(write, failure));
      }
      writes.clear();
    }
  }

  /** Waits for a write and takes what came with it, as much as one batch may hold. */
  private void take(List<Write> writes) throws InterruptedException {
    // While broken it wakes by itself: readers want the store back even when nobody writes.
    var next = queue.poll(broken == null ? 60_000 : settings.retry().toMillis(), MILLISECONDS);
    for (long bytes = 0; next != null; next = queue.poll()) {
      writes.add(next);
      waitingBytes.addAndGet(-next.bytes());
      bytes += next.bytes();
      if (writes.size() >= settings.batch() || bytes >= settings.writeBuffer()) {
        return;
      }
    }
  }

  private void write(List<Write> writes) {
    if (broken != null) {
      throw broken;
    }
    try {
      commit(affordable(writes));
    } catch (RocksDBException | RuntimeException | Error failure) {
      throw suspect(failure);
    }
  }

  /** All of them; with too little room those that bring some, while the others are refused. */
  private List<Write> affordable(List<Write> writes) {
    long usable = database.usableSpace();
    if (usable >= settings.reserve()) {
      if (!ballast.isThere() && usable >= 2 * settings.reserve()) {
        ballast.take();
      }
      return writes;
    }
    var full =
        new RecordUnavailableException(
            "cannot append to the record in %s: no space left on device (%d bytes are free, %d are kept in reserve)"
                .formatted(database.directory(), usable, settings.reserve()));
    var left = new ArrayList<Write>();
    for (var write : writes) {
      if (Relief.comesOf(write)) {
        left.add(write);
      } else {
        refuse(write, full);
      }
    }
    if (!left.isEmpty() && usable < LEAST) {
      ballast.giveUp();
    }
    return left;
  }

  private void commit(List<Write> writes) throws RocksDBException {
    try (var batch = new WriteBatch()) {
      var accepted = new ArrayList<Write>(writes.size());
      var entries = new EntryBatch(batch, database, epoch, head);
      for (var write : writes) {
        if (entries.add(write)) {
          accepted.add(write);
        }
      }
      if (batch.count() > 0) {
        database.write(batch);
      }
      head = entries.head();
      tail.publish(entries.entries());
      accepted.forEach(write -> write.done().complete(null));
    }
  }

  /**
   * After a failure on the way to the disk the batch may be there or not. Only a new handle knows,
   * and only a new handle writes again.
   */
  private RecordUnavailableException suspect(Throwable failure) {
    var known =
        failure instanceof RecordUnavailableException unavailable
            ? unavailable
            : new RecordUnavailableException(
                "cannot append to the record in %s: %s".formatted(database.directory(), failure),
                failure);
    broken = known;
    triedAt = System.nanoTime();
    LOG.error("{}", known.getMessage());
    return known;
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
    } catch (RuntimeException unreadable) {
      // Its newest entry is damaged. Writers must hear that; without this thread they would wait.
      broken = suspect(unreadable);
    }
  }

  private static void refuse(Write write, RecordUnavailableException failure) {
    switch (write) {
      case Write.Append _, Write.Change _, Write.Forget _, Write.Prune _ ->
          write.done().completeExceptionally(failure);
      // Entities are read also while nothing can be written.
      case Write.Barrier barrier -> barrier.done().complete(null);
    }
  }

  private void refuseWaiting() {
    var left = new ArrayList<Write>();
    queue.drainTo(left);
    left.forEach(write -> refuse(write, closed()));
  }

  private RecordUnavailableException closed() {
    return new RecordUnavailableException(
        "the record in %s is closed".formatted(database.directory()));
  }

  private RecordUnavailableException overloaded() {
    return new RecordUnavailableException(
        "cannot append to the record in %s: %d writes of %d bytes are waiting for the disk"
            .formatted(database.directory(), queue.size(), waitingBytes.get()));
  }
}
