package io.gantry.cluster.services.lifecycle;

import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.v1.ContainerStatus;

/** A container of this host that is, or was, a replica. */
public record OwnReplica(
    String containerId, String slot, ServiceEvent.Replica replica, ContainerStatus status) {
  /** Its process is there. */
  public boolean isAlive() {
    return switch (status.getState()) {
      case RUNNING, PAUSED, RESTARTING -> true;
      case CREATED, EXITED, REMOVING, DEAD, CONTAINER_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  /** Its health check says so, or said so last when it ended. */
  boolean isUnhealthy() {
    return status.hasHealth() && status.getHealth().getStatus().equals("unhealthy");
  }

  /** It is there and has never run, nor failed to. */
  boolean isFresh() {
    return switch (status.getState()) {
      case CREATED -> status.getError().isEmpty();
      case RUNNING,
          PAUSED,
          RESTARTING,
          EXITED,
          REMOVING,
          DEAD,
          CONTAINER_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }
}
