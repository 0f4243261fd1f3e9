package io.gantry.agent.image.registry;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** Waiting that ends when its thread is told to. */
final class Pauses {
  private Pauses() {}

  static void before(int attempt, long first, long longest) throws IOException {
    var pause = Math.min(longest, first << Math.min(attempt - 1, 10));
    millis(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
  }

  static void millis(long pause) throws IOException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted between two attempts");
    }
  }
}
