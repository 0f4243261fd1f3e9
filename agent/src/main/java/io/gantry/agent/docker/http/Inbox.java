package io.gantry.agent.docker.http;

import akka.util.ByteString;
import io.gantry.agent.socket.Budget;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one thread has read of a connection and another has not taken yet. The reader goes on while
 * the taker is busy, so that many small pieces are taken as one: waking someone costs more than
 * reading does. Bounded by bytes and by pieces, and all together by bytes: then each holds one
 * piece.
 */
final class Inbox {
  private static final int ENOUGH = 256 << 10;
  private static final int MOST_PIECES = 256;
  private static final int LARGEST_PIECE = 64 << 10;

  /** For what all hold beyond their first piece. */
  private static final Budget ALL = new Budget(16 << 20);

  // Not synchronized: a virtual thread that waits on a monitor is woken by way of another thread.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private ByteString bytes = ByteString.emptyByteString();
  private int pieces;
  private long reserved;
  private boolean told;
  private boolean dropping;

  /** For the reader, before it reads. */
  void awaitRoom() throws InterruptedException {
    lock.lock();
    try {
      while (pieces > 0 && (bytes.size() >= ENOUGH || pieces >= MOST_PIECES || !reserve())) {
        taken.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean reserve() {
    var more = ALL.take(LARGEST_PIECE);
    reserved += more ? LARGEST_PIECE : 0;
    return more;
  }

  /** True: the taker has to be told. False: it was, and has not come yet. */
  boolean add(ByteString more) {
    lock.lock();
    try {
      if (dropping) {
        return false;
      }
      bytes = bytes.concat(more);
      pieces++;
      var first = !told;
      told = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** All that has come; empty: nothing, and the taker will be told when there is something. */
  ByteString take() {
    lock.lock();
    try {
      var all = bytes;
      bytes = ByteString.emptyByteString();
      pieces = 0;
      ALL.giveBack(reserved);
      reserved = 0;
      told = false;
      taken.signalAll();
      return all;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return bytes.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody is interested in what is here or comes from now on. */
  void drop() {
    lock.lock();
    try {
      dropping = true;
      take();
    } finally {
      lock.unlock();
    }
  }
}
