package io.gantry.agent.container.lifecycle;

import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.protocol.v1.Container;
import java.time.Duration;
import java.util.Optional;

/** Where a container is in its life. Each phase holds only what that phase has. */
public sealed interface State {
  /** Before its creation was recorded. */
  record Absent(String id) implements State {}

  /** After its removal was recorded. */
  record Gone(Container last) implements State {}

  /** Phases in which there is a container. */
  sealed interface Present extends State {
    Facts facts();

    default Container view() {
      return facts().container();
    }
  }

  /** Never ran, or its last start failed before anything ran. */
  record Created(Facts facts) implements Present {}

  /**
   * Between the recorded wish and the running process. {@code doom}: stop it as soon as it runs.
   */
  record Starting(Facts facts, long incarnation, StartCause cause, Optional<Draining> doom)
      implements Present {}

  record Running(Facts facts, Run run, Optional<Draining> draining) implements Present {}

  record Paused(Facts facts, Run run) implements Present {}

  /** Waiting to be started again by its policy. */
  record Backoff(Facts facts, Duration delay) implements Present {}

  record Exited(Facts facts) implements Present {}

  /** {@code process}: of a run that was not seen to end yet. */
  record Removing(Facts facts, boolean volumes, Optional<Run> run, boolean failed)
      implements Present {}

  /**
   * One run of the container.
   *
   * @param limitsChanged since it began: the host may not have heard of the last change
   */
  record Run(long incarnation, long pid, long monitorPid, boolean limitsChanged) {
    public Run(long incarnation, long pid, long monitorPid) {
      this(incarnation, pid, monitorPid, false);
    }

    Run withLimitsChanged() {
      return new Run(incarnation, pid, monitorPid, true);
    }
  }

  /** It is to end, and why. */
  record Draining(String signal, Optional<Duration> grace, Intent intent) {}

  /** Whose wish an end is; restart policies read it. */
  enum Intent {
    /** The user wants it stopped. */
    STOP,
    /** The user wants it stopped and started again. */
    RESTART,
    /** The agent ends; the container comes back with it. */
    SHUTDOWN
  }
}
