package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.ContainerSpec;
import org.junit.jupiter.api.Test;

/**
 * What one decision of the life cycle costs, the events it makes applied: a container is created,
 * started, seen running, stopped and seen ended, again and again. Not a test; {@code ./dev bench
 * core} runs it.
 */
final class DecisionBench {
  private static final int LIVES = 20_000;
  private static final int ROUNDS = 9;
  private static final int DECISIONS_A_LIFE = 5;

  @Test
  void decisions() {
    var spec = Samples.spec();
    var best = Double.MAX_VALUE;
    for (var round = 0; round < ROUNDS; round++) {
      var began = System.nanoTime();
      for (var life = 0; life < LIVES; life++) {
        live(spec);
      }
      best = Math.min(best, (System.nanoTime() - began) / (double) (LIVES * DECISIONS_A_LIFE));
    }
    System.out.printf(
        "| one decision of the life cycle, its events applied | %.1f µs |%n", best / 1000);
  }

  private static void live(ContainerSpec spec) {
    var ended = Samples.stopped(spec);
    if (!(ended instanceof State.Exited)) {
      throw new AssertionError(ended);
    }
  }
}
