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
 *
 * <p>Somebody may take over from both for a while: then the reader rests, what comes is for who
 * took over to read, and the taker is not told of it.
 */
final class Inbox {
  private static final int ENOUGH = 256 << 10;
  private static final int MOST_PIECES = 256;
  private static final int LARGEST_PIECE = 64 << 10;

  /** For what all hold beyond their first piece. */
  static final int MOST_TOGETHER = 10 << 20;

  private static final Budget ALL = new Budget(MOST_TOGETHER);

  // Not synchronized: a virtual thread that waits on a monitor is woken by way of another thread.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private final Condition readerRests = lock.newCondition();
  private ByteString bytes = ByteString.emptyByteString();
  private int pieces;
  private long reserved;
  private boolean told;
  private boolean dropping;
  private boolean takenOver;
  private boolean reading;

  /** For the reader, before it reads. */
  void awaitRoom() throws InterruptedException {
    lock.lock();
    try {
      rest();
      while (takenOver
          || pieces > 0 && (bytes.size() >= ENOUGH || pieces >= MOST_PIECES || !reserve())) {
        taken.await();
      }
      reading = true;
    } finally {
      lock.unlock();
    }
  }

  /** The reader reads no more. */
  void end() {
    lock.lock();
    try {
      rest();
    } finally {
      lock.unlock();
    }
  }

  private void rest() {
    reading = false;
    readerRests.signalAll();
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
      told = false;
      return emptied();
    } finally {
      lock.unlock();
    }
  }

  private ByteString emptied() {
    var all = bytes;
    bytes = ByteString.emptyByteString();
    pieces = 0;
    ALL.giveBack(reserved);
    reserved = 0;
    taken.signalAll();
    return all;
  }

  /**
   * What the reader has read and nobody taken. Empty: nothing, and the reader rests until {@link
   * #handBack}: whoever asks may read the connection by himself.
   */
  ByteString takeOver() throws InterruptedException {
    lock.lock();
    try {
      takenOver = true;
      told = true;
      while (bytes.isEmpty() && reading) {
        readerRests.await();
      }
      return emptied();
    } finally {
      lock.unlock();
    }
  }

  /** After {@link #takeOver}. The taker has to look for what has come. */
  void handBack() {
    lock.lock();
    try {
      takenOver = false;
      taken.signalAll();
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
