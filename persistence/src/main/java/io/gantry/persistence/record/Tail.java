package io.gantry.persistence.record;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries in memory, and those who wait for the next. A reader asks for what follows its
 * cursor; nothing is queued for it, so however many readers there are and however slow, memory and
 * writer stay the same.
 */
final class Tail {
  /**
   * @param bytes what it has on disk; in memory it is a small multiple of that
   */
  record Committed(Entry entry, int bytes) {}

  private final int capacity;
  private final long capacityBytes;
  private final ArrayDeque<Committed> entries = new ArrayDeque<>();
  private long bytes;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean closed;
  private volatile long last;

  Tail(int capacity, long capacityBytes, long last) {
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    this.last = last;
  }

  long last() {
    return last;
  }

  /** Adds what was committed, in order. */
  void publish(List<Committed> committed) {
    if (committed.isEmpty()) {
      return;
    }
    List<Runnable> woken;
    synchronized (this) {
      for (var added : committed) {
        entries.addLast(added);
        bytes += added.bytes();
        while (entries.size() > capacity || (bytes > capacityBytes && entries.size() > 1)) {
          bytes -= entries.removeFirst().bytes();
        }
      }
      last = committed.getLast().entry().sequence();
      woken = takeWaiting();
    }
    woken.forEach(Runnable::run);
  }

  /**
   * The store was opened again and ends at {@code newLast}: what lies between was never published.
   */
  void restart(long newLast) {
    List<Runnable> woken;
    synchronized (this) {
      entries.clear();
      bytes = 0;
      last = newLast;
      woken = takeWaiting();
    }
    woken.forEach(Runnable::run);
  }

  /**
   * At most {@code max} entries after {@code cursor}, none at the end; null when they have to be
   * read from disk.
   */
  synchronized @Nullable List<Entry> after(long cursor, int max) {
    if (cursor >= last) {
      return List.of();
    }
    if (entries.isEmpty() || entries.getFirst().entry().sequence() > cursor + 1) {
      return null;
    }
    long known = cursor + 1 - entries.getFirst().entry().sequence();
    return entries.stream().skip(known).limit(max).map(Committed::entry).toList();
  }

  /**
   * Runs {@code wake} once when there is an entry after {@code cursor} or the record closes,
   * perhaps at once.
   */
  void await(long cursor, Runnable wake) {
    synchronized (this) {
      if (last <= cursor && !closed) {
        waiting.add(wake);
        return;
      }
    }
    wake.run();
  }

  /** A reader that left no longer waits. */
  synchronized void forget(Runnable wake) {
    waiting.remove(wake);
  }

  synchronized int waiting() {
    return waiting.size();
  }

  synchronized boolean closed() {
    return closed;
  }

  void close() {
    List<Runnable> woken;
    synchronized (this) {
      closed = true;
      woken = takeWaiting();
    }
    woken.forEach(Runnable::run);
  }

  private List<Runnable> takeWaiting() {
    var woken = waiting;
    waiting = new ArrayList<>();
    return woken;
  }
}
