package io.gantry.ops.rules.broken.cli;

import io.gantry.ops.rules.broken.persistence.LooksUp;

public final class ReachesIn {
  private ReachesIn() {}

  public static boolean run() {
    return LooksUp.append();
  }
}
