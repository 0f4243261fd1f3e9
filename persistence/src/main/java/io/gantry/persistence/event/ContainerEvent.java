package io.gantry.persistence.event;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.HealthResult;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.PortBindings;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can happen to a container. What the user wanted ({@link StopRequested}) and what happened
 * ({@link Exited}) are separate facts: restart policies read both.
 */
public sealed interface ContainerEvent extends Event {
  Instant at();

  /**
   * {@code spec} is complete: merged with the image's configuration. {@code mounts} names the
   * volumes it owns.
   */
  record Created(
      String name,
      ContainerSpec spec,
      String imageId,
      List<String> layers,
      List<MountPoint> mounts,
      List<String> warnings,
      Instant at)
      implements ContainerEvent {}

  record Renamed(String oldName, String newName, Instant at) implements ContainerEvent {}

  /**
   * Recorded before the host is touched. {@code incarnation} numbers the runs of this container
   * from 1.
   */
  record StartRequested(long incarnation, StartCause cause, Instant at) implements ContainerEvent {}

  enum StartCause {
    USER,
    RESTART_POLICY,
    /** The second half of {@code docker restart}. */
    USER_RESTART,
    /** The agent came back and the policy says it should run. */
    AGENT_RECOVERY
  }

  record Started(
      long incarnation,
      long pid,
      long monitorPid,
      Map<String, Endpoint> endpoints,
      Map<String, PortBindings> ports,
      List<MountPoint> mounts,
      List<String> warnings,
      Instant at)
      implements ContainerEvent {}

  /**
   * {@code exitCode} as Docker reports it: 127 not found, 126 not executable, 128 anything else.
   */
  record StartFailed(long incarnation, int exitCode, String message, Instant at)
      implements ContainerEvent {}

  /**
   * The user wants it stopped; it drains until {@link Exited}. {@code grace} empty: no SIGKILL
   * follows.
   */
  record StopRequested(String signal, Optional<Duration> grace, boolean thenStart, Instant at)
      implements ContainerEvent {}

  /** A stop the user asked for has come to its end. */
  record Stopped(Instant at) implements ContainerEvent {}

  /**
   * {@code stops}: the user meant to end it (SIGKILL, SIGTERM, the stop signal), so the policy must
   * not revive it.
   */
  record KillRequested(String signal, boolean stops, Instant at) implements ContainerEvent {}

  record Paused(Instant at) implements ContainerEvent {}

  record Unpaused(Instant at) implements ContainerEvent {}

  /**
   * {@code code} is 128+n after signal n. {@code code} 255 with {@code lost}: nobody saw how it
   * ended.
   */
  record Exited(long incarnation, int code, boolean oomKilled, boolean lost, Instant at)
      implements ContainerEvent {}

  /** The kernel killed a process of the container for want of memory; the container may live on. */
  record OutOfMemory(long incarnation, Shortage shortage, Instant at) implements ContainerEvent {}

  /**
   * @param victimPid in the host's pid namespace; 0: the kernel did not say
   * @param victim its name; empty: unknown
   * @param limitBytes the limit that was hit; 0: unknown
   * @param limitedGroup the control group whose limit it is; empty: unknown, "/": the whole host
   */
  record Shortage(long victimPid, String victim, long limitBytes, String limitedGroup) {
    public static final Shortage UNKNOWN = new Shortage(0, "", 0, "");
  }

  record RestartScheduled(int restartCount, Duration delay, Instant at) implements ContainerEvent {}

  record RestartCancelled(Instant at) implements ContainerEvent {}

  /** The host or its agent ends and takes the container along. Nobody wished it stopped. */
  record ShutdownRequested(String signal, Optional<Duration> grace, Instant at)
      implements ContainerEvent {}

  record HealthChecked(
      long incarnation, String status, int failingStreak, HealthResult result, Instant at)
      implements ContainerEvent {}

  record Updated(
      Optional<ResourceSpec> resources, Optional<RestartPolicy> restartPolicy, Instant at)
      implements ContainerEvent {}

  record NetworkConnected(
      String network, String networkId, EndpointSpec spec, Optional<Endpoint> endpoint, Instant at)
      implements ContainerEvent {}

  record NetworkDisconnected(String network, String networkId, Instant at)
      implements ContainerEvent {}

  record ExecCreated(String execId, ExecSpec spec, Instant at) implements ContainerEvent {}

  record ExecStarted(String execId, Instant at) implements ContainerEvent {}

  record ExecEnded(String execId, int exitCode, Instant at) implements ContainerEvent {}

  /**
   * Things done to a container that change nothing about it: attach, resize, top, export, copy,
   * archive-path.
   */
  record Observed(String action, Map<String, String> attributes, Instant at)
      implements ContainerEvent {}

  record RemoveRequested(boolean force, boolean volumes, Instant at) implements ContainerEvent {}

  /** A removal step failed; it is tried again. */
  record RemoveFailed(String message, Instant at) implements ContainerEvent {}

  record Removed(Instant at) implements ContainerEvent {
    @Override
    public boolean endsEntity() {
      return true;
    }
  }
}
