package io.gantry.persistence.event;

import java.time.Instant;
import java.util.List;

/** What can happen to one build of an image. */
public sealed interface BuildEvent extends Event {
  Instant at();

  /**
   * The Dockerfile was understood; its steps begin. {@code target}: stage to be built, empty: the
   * last.
   */
  record Started(List<String> tags, String target, int steps, Instant at) implements BuildEvent {}

  /**
   * A step has its image, made now or found in the cache.
   *
   * @param step from 1, over all stages that are built
   * @param cacheKey digest of all that went into it
   */
  record StepDone(
      int step, String instruction, String cacheKey, String imageId, boolean cached, Instant at)
      implements BuildEvent {}

  record Succeeded(String imageId, Instant at) implements BuildEvent {
    @Override
    public boolean endsEntity() {
      return true;
    }
  }

  /** {@code cancelled}: the client went away, or somebody asked for it. */
  record Failed(String message, boolean cancelled, Instant at) implements BuildEvent {
    @Override
    public boolean endsEntity() {
      return true;
    }
  }
}
