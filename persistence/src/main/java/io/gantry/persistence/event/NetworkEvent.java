package io.gantry.persistence.event;

import io.gantry.protocol.v1.NetworkSpec;
import java.time.Instant;

/** What can happen to a network. */
public sealed interface NetworkEvent extends Event {
  Instant at();

  record Created(NetworkSpec spec, String bridge, Instant at) implements NetworkEvent {}

  record Connected(String containerId, Instant at) implements NetworkEvent {}

  record Disconnected(String containerId, Instant at) implements NetworkEvent {}

  record Removed(Instant at) implements NetworkEvent {
    @Override
    public boolean endsEntity() {
      return true;
    }
  }
}
