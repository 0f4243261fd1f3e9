package io.gantry.agent.engine;

import java.util.List;
import java.util.Set;

/** The options of -v SOURCE:PATH:OPTIONS. */
final class BindOptions {
  private static final Set<String> PROPAGATIONS =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
  private static final Set<String> OTHERS =
      Set.of("", "ro", "rw", "z", "Z", "nocopy", "cached", "delegated", "consistent");

  private BindOptions() {}

  static boolean isKnown(String option) {
    return PROPAGATIONS.contains(option) || OTHERS.contains(option);
  }

  static String propagation(List<String> options) {
    return options.stream().filter(PROPAGATIONS::contains).findFirst().orElse("rprivate");
  }
}
