package io.gantry.agent.volume.lifecycle;

import io.gantry.protocol.v1.Volume;
import java.util.Set;

/** Where a volume is in its life. */
public sealed interface State {
  /** Never made, or gone. */
  record Absent() implements State {}

  /**
   * @param volume {@code usedBy} names the containers that claim it
   * @param mountedBy containers that have had it mounted since they claimed it: its first content
   *     is not theirs any more
   * @param mounted those of them that have it mounted now
   */
  record Present(Volume volume, Set<String> mountedBy, Set<String> mounted) implements State {
    public Present {
      mountedBy = Set.copyOf(mountedBy);
      mounted = Set.copyOf(mounted);
    }
  }

  /** Its directory is being deleted. */
  record Removing(Volume volume) implements State {}
}
