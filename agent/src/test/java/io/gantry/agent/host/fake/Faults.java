package io.gantry.agent.host.fake;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/** Failures to come, each for one call. */
public final class Faults {
  private final Queue<String> messages = new ArrayDeque<>();

  /** The next call of the fake fails with this message and does nothing. */
  public synchronized void failNext(String message) {
    messages.add(message);
  }

  synchronized void check() throws IOException {
    var message = messages.poll();
    if (message != null) {
      throw new IOException(message);
    }
  }
}
