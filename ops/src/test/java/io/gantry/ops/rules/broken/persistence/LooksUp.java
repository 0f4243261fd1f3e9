package io.gantry.ops.rules.broken.persistence;

import io.gantry.ops.rules.broken.agent.volume.lifecycle.ReadsClock;
import java.time.Instant;

public final class LooksUp {
  private LooksUp() {}

  public static boolean append() {
    return ReadsClock.decide(Instant.EPOCH);
  }
}
