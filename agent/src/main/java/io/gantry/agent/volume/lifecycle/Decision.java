package io.gantry.agent.volume.lifecycle;

import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.ErrorKind;

/** What is done about a request. */
public sealed interface Decision {
  record Accepted(VolumeEvent event) implements Decision {}

  /** It is so already. */
  record Unchanged() implements Decision {}

  /**
   * Its directory is to be deleted; {@link Lifecycle#deleted} follows. Nothing to record: that has
   * been.
   */
  record DeleteAgain() implements Decision {}

  record Refused(ErrorKind kind, String message) implements Decision {}
}
