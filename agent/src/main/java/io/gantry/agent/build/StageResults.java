package io.gantry.agent.build;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the stages of a build came to. A stage is run when those it waits for are here. */
final class StageResults {
  private final Map<Integer, StageState> done = new ConcurrentHashMap<>();
  private final Map<Integer, String> bases = new ConcurrentHashMap<>();

  void put(int stage, StageState state) {
    done.put(stage, state);
  }

  Optional<StageState> find(int stage) {
    return Optional.ofNullable(done.get(stage));
  }

  /** The image that the stage stands on, through all stages between; empty: none. */
  void standsOn(int stage, String imageId) {
    bases.put(stage, imageId);
  }

  String base(int stage) {
    return bases.getOrDefault(stage, "");
  }

  StageState get(int stage) {
    return find(stage)
        .orElseThrow(() -> new IllegalStateException("stage %d is not built".formatted(stage)));
  }
}
