package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.container.lifecycle.Step;
import io.gantry.agent.host.Monitor;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What a container needs of the host. Steps of one container are done one after another, but
 * signals and a removal wait for nobody; containers never wait for each other. Every step may be
 * repeated safely.
 */
public interface Sandbox {
  /** Completes with what came of it; a failure of the host is a report, never a failed stage. */
  CompletionStage<Report> run(ContainerId id, Facts facts, Step step);

  /** Completes with the end of this run, also one that nobody watched. */
  CompletionStage<Report.ProcessExited> exit(ContainerId id, long incarnation, long monitorPid);

  /** Tells of each process of this run that the kernel kills for want of memory, while it runs. */
  void watchMemory(ContainerId id, long incarnation, Consumer<Report.OutOfMemory> listener);

  /** Completes with the end of an exec that an earlier agent started; 255 when nobody saw it. */
  CompletionStage<Report.ExecEnded> execExit(ContainerId id, String execId);

  /** Starts a recorded exec. Fails with an {@link IOException} that has the runtime's words. */
  CompletionStage<Monitor.ExecStarted> exec(Container container, Exec exec);

  /** A process will be started soon. Does not wait; nothing has to come of it. */
  void expectProcess();

  /** An exec is likely to be started soon. Does not wait; nothing has to come of it. */
  void prepareExec(Container container, Exec exec);

  /**
   * Runs a command inside and collects at most {@code limit} bytes of its output. Ends by its
   * deadline.
   */
  CompletionStage<ProbeResult> probe(
      Container container, ExecSpec command, Duration deadline, int limit);

  /** {@code exitCode} -1: not run, or not ended in time. */
  record ProbeResult(int exitCode, String output) {}
}
