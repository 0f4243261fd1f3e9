package io.gantry.persistence.event;

import io.gantry.protocol.v1.VolumeSpec;
import java.time.Instant;

/** What can happen to a volume. */
public sealed interface VolumeEvent extends Event {
  Instant at();

  record Created(VolumeSpec spec, Instant at) implements VolumeEvent {}

  /** A container that names this volume was created. */
  record Claimed(String containerId, Instant at) implements VolumeEvent {}

  /** That container is gone. */
  record Unclaimed(String containerId, Instant at) implements VolumeEvent {}

  record Mounted(String containerId, String destination, boolean readWrite, Instant at)
      implements VolumeEvent {}

  record Unmounted(String containerId, Instant at) implements VolumeEvent {}

  record RemoveRequested(Instant at) implements VolumeEvent {}

  record Removed(Instant at) implements VolumeEvent {
    @Override
    public boolean endsEntity() {
      return true;
    }
  }
}
