package io.gantry.ops.rules.broken.agent.docker;

import io.gantry.ops.rules.broken.agent.volume.lifecycle.ReadsClock;
import java.time.Instant;

public final class ReachesBehind {
  private ReachesBehind() {}

  public static boolean route() {
    return ReadsClock.decide(Instant.EPOCH);
  }
}
