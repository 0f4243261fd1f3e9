package io.gantry.persistence.event;

import java.time.Instant;

/**
 * What happens to the services of a cluster. What was decided about them is in the record of the
 * host that decided it, what a host did with its own replicas in its own.
 */
public sealed interface ServiceEvent extends HostEvent {
  /**
   * One incarnation of a replica.
   *
   * @param slot from 1; 0: of a global service
   * @param epoch of the controller that placed it
   */
  record Replica(String serviceId, String serviceName, String taskId, int slot, long epoch) {}

  /** This host decides about services from now on, until another does in a later epoch. */
  record ControllerBegan(long epoch, Instant at) implements ServiceEvent {}

  /** {@code detail} is for people: "replicated, 4 replicas". */
  record Changed(
      String serviceId,
      String name,
      Change change,
      long version,
      long epoch,
      String detail,
      Instant at)
      implements ServiceEvent {
    /** What was done to a service, or what became of the replacing of its replicas. */
    public enum Change {
      CREATED,
      UPDATED,
      REMOVED,
      UPDATE_STARTED,
      UPDATE_PAUSED,
      UPDATE_COMPLETED,
      ROLLBACK_STARTED,
      ROLLBACK_PAUSED,
      ROLLBACK_COMPLETED
    }
  }

  /**
   * {@code replacesTaskId} and {@code from} are empty for a first incarnation; from another host
   * than its own the replica has moved.
   */
  record Placed(
      Replica replica,
      String hostId,
      String hostName,
      String reason,
      String replacesTaskId,
      String fromHostId,
      String fromHostName,
      Instant at)
      implements ServiceEvent {}

  /** Its host is away or gone. */
  record Lost(Replica replica, String hostId, String hostName, String reason, Instant at)
      implements ServiceEvent {}

  /** This host stops what is no longer its own. */
  record Fenced(Replica replica, String containerId, String reason, Instant at)
      implements ServiceEvent {}
}
