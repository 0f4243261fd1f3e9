package io.gantry.agent.container.lifecycle;

import io.gantry.persistence.event.ContainerEvent.Shortage;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.HealthResult;
import io.gantry.protocol.v1.HealthStatus;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.PortBindings;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A fact from the host or from a timer. It cannot be refused; one about an earlier run changes
 * nothing.
 */
public sealed interface Report {
  Instant at();

  record Launched(
      long incarnation,
      long pid,
      long monitorPid,
      Map<String, Endpoint> endpoints,
      Map<String, PortBindings> ports,
      List<MountPoint> mounts,
      List<String> warnings,
      Instant at)
      implements Report {}

  /** Nothing of the run is left behind. {@code exitCode}: 127, 126 or 128, as Docker has it. */
  record LaunchFailed(long incarnation, int exitCode, String message, Instant at)
      implements Report {}

  /**
   * @param shortage what is known of why it was killed, where {@code oomKilled}
   * @param lost nobody saw how it ended
   * @param jitter in [0, 1), spreads restarts
   */
  record ProcessExited(
      long incarnation,
      int code,
      boolean oomKilled,
      Shortage shortage,
      boolean lost,
      double jitter,
      Instant at)
      implements Report {
    public ProcessExited(
        long incarnation, int code, boolean oomKilled, boolean lost, double jitter, Instant at) {
      this(incarnation, code, oomKilled, Shortage.UNKNOWN, lost, jitter, at);
    }
  }

  /** The kernel killed a process of the run, which may live on without it. */
  record OutOfMemory(long incarnation, Shortage shortage, Instant at) implements Report {}

  record GraceElapsed(long incarnation, Instant at) implements Report {}

  record BackoffElapsed(int restartCount, Instant at) implements Report {}

  /** A probe has changed the container's health. {@code health}: as {@code result} made it. */
  record Probed(long incarnation, HealthStatus health, HealthResult result, Instant at)
      implements Report {}

  record ExecEnded(String execId, int exitCode, Instant at) implements Report {}

  /** Everything of the container is gone from the host. */
  record Deleted(Instant at) implements Report {}

  record DeleteFailed(String message, Instant at) implements Report {}

  record Connected(String network, String networkId, Endpoint endpoint, Instant at)
      implements Report {}

  record Disconnected(String network, String networkId, Instant at) implements Report {}

  record Frozen(Instant at) implements Report {}

  record Thawed(Instant at) implements Report {}

  /** A step that has nothing to tell. */
  record Done(Instant at) implements Report {}

  /** A step that changes no phase could not be done: a signal that was not delivered. */
  record StepFailed(Step step, ErrorKind kind, String message, Instant at) implements Report {
    public StepFailed(Step step, String message, Instant at) {
      this(step, ErrorKind.INTERNAL, message, at);
    }
  }

  /** The agent has come back: what it knows of the host's boot decides what the policy does. */
  record AgentReturned(Instant at) implements Report {}
}
