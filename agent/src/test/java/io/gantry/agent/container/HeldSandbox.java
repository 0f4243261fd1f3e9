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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A host whose steps end when the test says so. */
final class HeldSandbox implements Sandbox {
  /** A step that has been begun. */
  record Begun(ContainerId id, Step step, CompletableFuture<Report> end) {}

  /** How often a process was said to come soon. */
  final AtomicInteger expected = new AtomicInteger();

  private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();
  private final Map<Long, CompletableFuture<Report.ProcessExited>> exits =
      new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Report> run(ContainerId id, Facts facts, Step step) {
    var one = new Begun(id, step, new CompletableFuture<>());
    begun.add(one);
    return one.end();
  }

  @Override
  public CompletionStage<Report.ProcessExited> exit(
      ContainerId id, long incarnation, long monitorPid) {
    return ended(incarnation);
  }

  CompletableFuture<Report.ProcessExited> ended(long incarnation) {
    return exits.computeIfAbsent(incarnation, _ -> new CompletableFuture<>());
  }

  @Override
  public void watchMemory(ContainerId id, long incarnation, Consumer<Report.OutOfMemory> listener) {
    // Nothing is ever short of memory here.
  }

  @Override
  public CompletionStage<Report.ExecEnded> execExit(ContainerId id, String execId) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletionStage<Monitor.ExecStarted> exec(Container container, Exec exec) {
    return CompletableFuture.failedFuture(
        new IOException("exec: \"nosuch\": executable file not found in $PATH"));
  }

  @Override
  public void expectProcess() {
    expected.incrementAndGet();
  }

  @Override
  public void prepareExec(Container container, Exec exec) {}

  @Override
  public CompletionStage<ProbeResult> probe(
      Container container, ExecSpec command, Duration deadline, int limit) {
    return CompletableFuture.completedFuture(new ProbeResult(0, ""));
  }

  /** The next step that is begun; fails when none is within ten seconds. */
  Begun next() {
    try {
      var one = begun.poll(10, TimeUnit.SECONDS);
      if (one == null) {
        throw new AssertionError("no step was begun");
      }
      return one;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  boolean isIdle() {
    return begun.isEmpty();
  }
}
