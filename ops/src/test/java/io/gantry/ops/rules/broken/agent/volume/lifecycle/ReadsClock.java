package io.gantry.ops.rules.broken.agent.volume.lifecycle;

import java.time.Instant;

public final class ReadsClock {
  private ReadsClock() {}

  public static boolean decide(Instant deadline) {
    return Instant.now().isAfter(deadline);
  }
}
