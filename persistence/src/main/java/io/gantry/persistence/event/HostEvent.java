package io.gantry.persistence.event;

import java.time.Instant;

/** What can happen to the agent itself, or to the host as a whole. */
public sealed interface HostEvent extends Event {
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
}
