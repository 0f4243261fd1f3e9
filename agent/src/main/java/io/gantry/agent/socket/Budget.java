package io.gantry.agent.socket;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that all clients together may make the agent hold for one purpose. */
public final class Budget {
  private final AtomicLong left;

  public Budget(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** False: there is not so much left, and nothing was taken. */
  public boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  public void giveBack(long bytes) {
    left.addAndGet(bytes);
  }
}
