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
  private final int capacity;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private List<Runnable> waiting = new ArrayList<>();
  private boolean closed;
  private volatile long last;

  Tail(int capacity, long last) {
    this.capacity = capacity;
    this.last = last;
  }

  long last() {
    return last;
  }

  /** Adds what was committed, in order. */
  void publish(List<Entry> committed) {
    if (committed.isEmpty()) {
      return;
    }
    List<Runnable> woken;
    synchronized (this) {
      for (var entry : committed) {
        if (entries.size() == capacity) {
          entries.removeFirst();
        }
        entries.addLast(entry);
      }
      last = committed.getLast().sequence();
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
    if (entries.isEmpty() || entries.getFirst().sequence() > cursor + 1) {
      return null;
    }
    return entries.stream().skip(cursor + 1 - entries.getFirst().sequence()).limit(max).toList();
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
