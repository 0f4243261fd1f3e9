package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.container.lifecycle.Step;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.network.PlaceRefused;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host by its ports. A container's steps run in its {@link Lane}; signals overtake them. */
public final class HostSandbox implements Sandbox {
  private static final Logger LOG = LoggerFactory.getLogger(HostSandbox.class);

  /** Exit code of what ended and nobody saw how, as Docker has it. */
  private static final int UNSEEN = 255;

  private final Host host;
  private final Launcher launcher;
  private final Remover remover;
  private final Connector connector;
  private final Execution execution;
  private final Probing probing;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<ContainerId, Lane> lanes = new ConcurrentHashMap<>();

  public HostSandbox(
      Host host,
      Launcher launcher,
      Remover remover,
      Connector connector,
      Execution execution,
      Probing probing,
      InstantSource clock,
      RandomGenerator random) {
    this.host = host;
    this.launcher = launcher;
    this.remover = remover;
    this.connector = connector;
    this.execution = execution;
    this.probing = probing;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public CompletionStage<Report> run(ContainerId id, Facts facts, Step step) {
    var lane = lanes.computeIfAbsent(id, one -> new Lane("container-" + one.abbreviated()));
    return switch (step) {
      case Step.Launch(var incarnation) ->
          lane.thenUnlessHurried(() -> launcher.launch(id, facts, incarnation));
      case Step.Release(var incarnation) ->
          lane.then(done(step, () -> remover.release(id, facts, incarnation)));
      case Step.Delete(var volumes) -> {
        // A runtime that hangs must not hold the removal up.
        lane.hurry();
        yield lane.then(() -> delete(id, facts, volumes));
      }
      case Step.Freeze() ->
          lane.then(reporting(step, () -> host.cgroups().freeze(id), Report.Frozen::new));
      case Step.LetRun() -> lane.then(done(step, () -> host.cgroups().thaw(id)));
      case Step.Thaw() ->
          aside(id, reporting(step, () -> host.cgroups().thaw(id), Report.Thawed::new));
      case Step.Signal(var incarnation, var signal) ->
          aside(id, done(step, () -> host.signal(id, facts, incarnation, signal)));
      case Step.ApplyLimits(var resources, _) ->
          lane.then(done(step, () -> host.limit(id, facts, resources)));
      case Step.Connect(var network, var networkId, var spec) ->
          lane.then(() -> connect(id, facts, step, network, networkId, spec));
      case Step.Disconnect(var network, var networkId) ->
          lane.then(
              reporting(
                  step,
                  () -> connector.leave(id, facts.container(), network),
                  at -> new Report.Disconnected(network, networkId, at)));
      case Step.ForgetExec(var execId) ->
          aside(id, done(step, () -> host.monitor().releaseExec(id, execId)));
      case Step.AwaitExit _,
          Step.AwaitExec _,
          Step.ArmGrace _,
          Step.ArmBackoff _,
          Step.BeginProbes _,
          Step.EndProbes _,
          Step.ArmDelete _ ->
          CompletableFuture.completedFuture(new Report.Done(clock.instant()));
    };
  }

  private Report connect(
      ContainerId id, Facts facts, Step step, String network, String networkId, EndpointSpec spec) {
    try {
      var endpoint = connector.join(id, facts.container(), network, networkId, spec);
      return new Report.Connected(network, networkId, endpoint, clock.instant());
    } catch (PlaceRefused refused) {
      return new Report.StepFailed(
          step, refused.kind(), Failures.message(refused), clock.instant());
    } catch (IOException e) {
      return new Report.StepFailed(step, Failures.message(e), clock.instant());
    }
  }

  private Report delete(ContainerId id, Facts facts, boolean volumes) {
    try {
      remover.delete(id, facts, volumes);
      lanes.remove(id);
      probing.forget(id);
      launcher.forget(id);
      return new Report.Deleted(clock.instant());
    } catch (IOException | RuntimeException e) {
      LOG.warn("cannot remove container {}", id.abbreviated(), e);
      return new Report.DeleteFailed(Failures.message(e), clock.instant());
    }
  }

  @Override
  public CompletionStage<Report.ProcessExited> exit(
      ContainerId id, long incarnation, long monitorPid) {
    return host.monitor()
        .exit(id, incarnation, monitorPid)
        .handle(
            (exit, failure) ->
                failure == null
                    ? new Report.ProcessExited(
                        incarnation,
                        exit.code(),
                        exit.oom(),
                        exit.oom() ? shortage(id) : ContainerEvent.Shortage.UNKNOWN,
                        false,
                        random.nextDouble(),
                        exit.at())
                    : lost(id, incarnation, failure));
  }

  @Override
  public void watchMemory(ContainerId id, long incarnation, Consumer<Report.OutOfMemory> listener) {
    host.monitor()
        .watchMemory(
            id,
            incarnation,
            at -> listener.accept(new Report.OutOfMemory(incarnation, shortage(id), at)));
  }

  /** Only a detail of what is certain: not being able to find it out is no failure. */
  private ContainerEvent.Shortage shortage(ContainerId id) {
    try {
      return host.cgroups().shortage(id);
    } catch (IOException e) {
      LOG.warn("cannot find out why memory was short in container {}", id.abbreviated(), e);
      return ContainerEvent.Shortage.UNKNOWN;
    }
  }

  /** As Docker has it: an end that nobody saw counts as a failure with code 255. */
  private Report.ProcessExited lost(ContainerId id, long incarnation, Throwable failure) {
    LOG.warn(
        "nobody saw how run {} of container {} ended: {}",
        incarnation,
        id.abbreviated(),
        Failures.message(failure));
    return new Report.ProcessExited(
        incarnation, UNSEEN, false, true, random.nextDouble(), clock.instant());
  }

  @Override
  public CompletionStage<Report.ExecEnded> execExit(ContainerId id, String execId) {
    return host.monitor()
        .execExit(id, execId)
        .handle(
            (exit, failure) ->
                new Report.ExecEnded(
                    execId,
                    failure == null ? exit.code() : unseen(id, execId, failure),
                    clock.instant()));
  }

  private static int unseen(ContainerId id, String execId, Throwable failure) {
    LOG.warn(
        "nobody saw how exec {} in container {} ended: {}",
        execId,
        id.abbreviated(),
        Failures.message(failure));
    return UNSEEN;
  }

  @Override
  public CompletionStage<Monitor.ExecStarted> exec(Container container, Exec exec) {
    return aside(
        new ContainerId(container.getId()),
        () -> execution.start(container, exec.getId(), exec.getSpec()));
  }

  @Override
  public void expectProcess() {
    host.cgroups().expectMove();
  }

  @Override
  public void prepareExec(Container container, Exec exec) {
    try {
      execution.prepare(container, exec);
    } catch (IOException e) {
      LOG.debug("exec {} is not prepared: {}", exec.getId(), Failures.message(e));
    }
  }

  @Override
  public CompletionStage<ProbeResult> probe(
      Container container, ExecSpec command, Duration deadline, int limit) {
    return aside(
        new ContainerId(container.getId()),
        () -> probing.probe(container, command, deadline, limit));
  }

  private interface HostWork {
    void run() throws IOException, InterruptedException;
  }

  private interface Outcome {
    Report at(Instant instant);
  }

  private Callable<Report> done(Step step, HostWork work) {
    return reporting(step, work, Report.Done::new);
  }

  private Callable<Report> reporting(Step step, HostWork work, Outcome outcome) {
    return () -> {
      try {
        work.run();
        return outcome.at(clock.instant());
      } catch (IOException e) {
        return new Report.StepFailed(step, Failures.message(e), clock.instant());
      }
    };
  }

  private static <T> CompletionStage<T> aside(ContainerId id, Callable<T> work) {
    var result = new CompletableFuture<T>();
    Thread.ofVirtual()
        .name("aside-" + id.abbreviated())
        .start(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }
}
