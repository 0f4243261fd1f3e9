package io.gantry.agent.volume.lifecycle;

import io.gantry.protocol.v1.VolumeSpec;
import java.time.Instant;

/** What may be asked of a volume, and refused. */
public sealed interface Request {
  record Create(VolumeSpec spec, Instant at) implements Request {}

  /** A container that names it is being made. Repeating it changes nothing. */
  record Claim(String containerId, Instant at) implements Request {}

  /** That container is gone, or was not made after all. */
  record Unclaim(String containerId, Instant at) implements Request {}

  /** {@code force} only makes the removal of an absent one a success. */
  record Remove(boolean force, Instant at) implements Request {}

  /** It appears in a container. */
  record NoteMounted(String containerId, String destination, boolean readWrite, Instant at)
      implements Request {}

  /** The container's run has ended. */
  record NoteUnmounted(String containerId, Instant at) implements Request {}
}
