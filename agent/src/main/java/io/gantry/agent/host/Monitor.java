package io.gantry.agent.host;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One process a container (conmon) that outlives the agent and keeps the container's stdio, exit
 * code and log.
 *
 * <p>A run is named by (container, incarnation): files of an earlier run are never taken for those
 * of a later one.
 */
public interface Monitor {
  /** The container is created, its process waits for {@link OciRuntime#start}. */
  record Created(long pid, long monitorPid) {}

  /**
   * @param bundle OCI bundle: config.json is written
   * @param paths of the host that it is made of: its root, what is mounted into it, namespaces
   * @param stdinOnce stdin ends when the first attached client ends it; else it stays open
   * @param log where stdout and stderr go; empty: nowhere (driver "none")
   * @param logMaxBytes a log file is rotated past this; 0: never
   * @param kept held open by the monitor as long as it lives, for {@link Monitor#kept}
   */
  record Launch(
      ContainerId id,
      long incarnation,
      Path bundle,
      List<Path> paths,
      OciRuntime runtime,
      boolean tty,
      boolean openStdin,
      boolean stdinOnce,
      Optional<Path> log,
      long logMaxBytes,
      int logMaxFiles,
      Optional<Descriptor> kept) {
    public Launch keeping(Descriptor descriptor) {
      return new Launch(
          id,
          incarnation,
          bundle,
          paths,
          runtime,
          tty,
          openStdin,
          stdinOnce,
          log,
          logMaxBytes,
          logMaxFiles,
          Optional.of(descriptor));
    }
  }

  /** Fails with {@link CreateFailed} when the runtime refuses, with its words. */
  Created create(Launch launch, Duration deadline) throws IOException;

  final class CreateFailed extends IOException {
    private static final long serialVersionUID = 1L;

    public CreateFailed(String message) {
      super(message);
    }
  }

  /**
   * {@code code}: 128+n after signal n. {@code oom}: the kernel killed for want of memory during
   * the run.
   */
  record Exit(int code, boolean oom, Instant at) {}

  /**
   * Completes when that run has ended, also when it ended while no agent ran. Fails when nobody
   * knows: no exit file and no monitor alive.
   */
  CompletionStage<Exit> exit(ContainerId id, long incarnation, long monitorPid);

  /**
   * Calls {@code listener} each time the kernel has killed a process of that run for want of
   * memory, until the run ends.
   */
  void watchMemory(ContainerId id, long incarnation, Consumer<Instant> listener);

  /** True while that run's process exists, checked against the pid's start time. */
  boolean alive(ContainerId id, long incarnation) throws IOException;

  /**
   * A duplicate of what the run's monitor may hold open for the agent. Empty: it holds nothing, or
   * it cannot be had; else whoever takes it has to look whether it is what was given.
   */
  Optional<Descriptor> kept(ContainerId id, long incarnation);

  /** A connection to the stdio of the container, from its creation on. */
  Console attach(ContainerId id, long incarnation) throws IOException;

  void resize(ContainerId id, long incarnation, int height, int width) throws IOException;

  /** Starts a process in the running container, under a monitor of its own. */
  ExecStarted exec(ExecLaunch launch, Duration deadline) throws IOException;

  /**
   * The id of an exec that waits in this container and could run what {@code spec} says. It is the
   * caller's now: a new exec with this id starts sooner than with any other. Empty: none waits.
   */
  default Optional<String> spareExec(ContainerId id, ExecSpec spec) {
    return Optional.empty();
  }

  /**
   * The same exec is likely to be started soon: what can be done before its process runs may be
   * done now, elsewhere: this does not wait. Nothing has to come of it.
   */
  default void prepareExec(ExecLaunch launch) {}

  /**
   * @param environment the container's, before the exec's own is added
   */
  record ExecLaunch(
      ContainerId id,
      String execId,
      OciRuntime runtime,
      Path bundle,
      ExecSpec spec,
      Map<String, String> environment) {}

  record ExecStarted(long pid, Optional<Console> console, CompletionStage<Exit> exit) {}

  void resizeExec(ContainerId id, String execId, int height, int width) throws IOException;

  /**
   * SIGKILL to an exec's process and to what it started in its session. Ended already: nothing
   * happens.
   */
  void killExec(ContainerId id, String execId) throws IOException;

  /** The end of an exec that an earlier agent started. Fails when nobody knows it. */
  CompletionStage<Exit> execExit(ContainerId id, String execId);

  /** The end of this run is recorded: what was kept of it until then goes. Its log stays. */
  void release(ContainerId id, long incarnation) throws IOException;

  /** As {@link #release}, for an exec. */
  void releaseExec(ContainerId id, String execId) throws IOException;

  /** Ends the monitor of a run if it is still there, and removes its files. */
  void remove(ContainerId id) throws IOException;

  /** Bytes both ways. Reading and writing block; each direction is for one virtual thread. */
  interface Console extends AutoCloseable {
    /** The next bytes, or empty at the end of both streams. */
    Optional<Output> read() throws IOException;

    void write(byte[] bytes, int offset, int length) throws IOException;

    /** End of input for the process; output goes on. */
    void closeInput() throws IOException;

    @Override
    void close();

    /** {@code stream}: 1 stdout (and a terminal's whole output), 2 stderr. */
    record Output(int stream, byte[] bytes) {}
  }
}
