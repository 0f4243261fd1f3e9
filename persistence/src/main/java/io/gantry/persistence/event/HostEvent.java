package io.gantry.persistence.event;

import java.time.Instant;

/** What can happen to the agent itself, to the host as a whole, and to its place among others. */
public sealed interface HostEvent extends Event
    permits HostEvent.AgentStarted,
        HostEvent.AgentStopping,
        HostEvent.Pruned,
        HostEvent.ClusterEntered,
        HostEvent.ClusterLeft,
        HostEvent.HostChanged,
        HostEvent.TokenRotated,
        HostEvent.CertificateRenewed,
        HostEvent.StrangerRefused,
        ServiceEvent {
  Instant at();

  /** {@code bootId} is the kernel's: another one than last time means the host was rebooted. */
  record AgentStarted(String version, String bootId, Instant at) implements HostEvent {}

  /** {@code containersStop}: the agent was told to stop the containers with it. */
  record AgentStopping(boolean containersStop, Instant at) implements HostEvent {}

  /**
   * Somebody cleared away what nobody used; what went has entries of its own, before this one.
   *
   * @param kind "container", "image", "volume", "network" or "builder"
   */
  record Pruned(String kind, long reclaimedBytes, Instant at) implements HostEvent {}

  /**
   * It belongs to a cluster from now on. {@code through}: a host's address; empty: it founded it.
   */
  record ClusterEntered(String clusterId, String address, String through, Instant at)
      implements HostEvent {}

  /** It goes its own way again. */
  record ClusterLeft(String clusterId, Instant at) implements HostEvent {}

  /** What it has seen of another host of its cluster, or of itself. */
  record HostChanged(String hostId, String name, Change change, Instant at) implements HostEvent {
    /** Between reachable and away there may be unreachable; away is for good until it is up. */
    public enum Change {
      UP,
      UNREACHABLE,
      REACHABLE,
      AWAY,
      DRAINED,
      UNDRAINED,
      FORGOTTEN
    }
  }

  /** The token to join with is another one; what it is is not recorded. */
  record TokenRotated(Instant at) implements HostEvent {}

  /** This host's certificate, long before the old one ends. */
  record CertificateRenewed(Instant expires, Instant at) implements HostEvent {}

  /**
   * Somebody without the right to it called a door of the cluster.
   *
   * @param address HOST:PORT; empty: not known
   * @param suppressed so many more with the same reason went unrecorded since the last entry
   */
  record StrangerRefused(String address, String reason, int suppressed, Instant at)
      implements HostEvent {}
}
