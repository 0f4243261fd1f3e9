package io.gantry.agent.container;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.gantry.agent.container.Sandbox.ProbeResult;
import io.gantry.agent.container.lifecycle.Health;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.HealthResult;
import io.gantry.protocol.v1.HealthStatus;
import io.gantry.protocol.v1.HealthcheckSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Probes one run of a container by its HEALTHCHECK, one probe at a time, the interval counted from
 * a probe's end. Results that change nothing are seen on the {@link Board}, and by nobody else.
 */
final class Probe {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration START_INTERVAL = Duration.ofSeconds(5);
  private static final int OUTPUT_LIMIT = 4096;

  sealed interface Command {}

  private record Due() implements Command {}

  private record Ended(Instant began, ProbeResult result) implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Container container;
  private final long incarnation;
  private final ContainerSurroundings surroundings;
  private final ActorRef<ContainerActor.Command> parent;
  private final HealthcheckSpec spec;

  static Behavior<Command> create(
      Container container,
      long incarnation,
      ContainerSurroundings surroundings,
      ActorRef<ContainerActor.Command> parent) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Probe(context, timers, container, incarnation, surroundings, parent)
                        .waiting(container.getStatus().getHealth(), false)));
  }

  private Probe(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Container container,
      long incarnation,
      ContainerSurroundings surroundings,
      ActorRef<ContainerActor.Command> parent) {
    this.context = context;
    this.timers = timers;
    this.container = container;
    this.incarnation = incarnation;
    this.surroundings = surroundings;
    this.parent = parent;
    this.spec = container.getSpec().getHealthcheck();
  }

  /**
   * @param seen the container's health as the probes of this run have shown it
   * @param settled a probe has succeeded, so the start period's shorter interval no longer holds
   */
  private Behavior<Command> waiting(HealthStatus seen, boolean settled) {
    timers.startSingleTimer(new Due(), interval(settled));
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Due _ -> probing(seen, settled);
              case Ended _ -> Behaviors.same();
            });
  }

  private Behavior<Command> probing(HealthStatus seen, boolean settled) {
    var began = surroundings.clock().instant();
    context.pipeToSelf(
        surroundings.sandbox().probe(container, command(), timeout(), OUTPUT_LIMIT),
        (result, failure) ->
            new Ended(
                began,
                failure == null
                    ? result
                    : new ProbeResult(-1, String.valueOf(failure.getMessage()))));
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Due _ -> Behaviors.same();
              case Ended(var start, var result) ->
                  waiting(judged(seen, start, result), settled || result.exitCode() == 0);
            });
  }

  /** Every result is shown, a change of the status is told to the container, which records it. */
  private HealthStatus judged(HealthStatus seen, Instant began, ProbeResult probed) {
    var now = surroundings.clock().instant();
    var result =
        HealthResult.newBuilder()
            .setStart(Moments.timestamp(began))
            .setEnd(Moments.timestamp(now))
            .setExitCode(probed.exitCode())
            .setOutput(probed.output())
            .build();
    var health =
        Health.judge(seen, spec, Moments.instant(container.getStatus().getStartedAt()), result);
    surroundings.board().probed(container.getId(), incarnation, health);
    if (!health.getStatus().equals(seen.getStatus())) {
      parent.tell(new ContainerActor.Learnt(new Report.Probed(incarnation, health, result, now)));
    }
    return health;
  }

  private ExecSpec command() {
    var test = spec.getTest().getValuesList();
    var spec = container.getSpec();
    var argv =
        switch (test.getFirst()) {
          case "CMD" -> test.subList(1, test.size());
          default -> shell(spec.getShell().getValuesList(), test);
        };
    return ExecSpec.newBuilder()
        .addAllCommand(argv)
        .setUser(spec.getProcess().getUser())
        .setWorkingDir(spec.getProcess().getWorkingDir())
        .setAttachStdout(true)
        .setAttachStderr(true)
        .build();
  }

  private static List<String> shell(List<String> shell, List<String> test) {
    var argv = new ArrayList<>(shell.isEmpty() ? List.of("/bin/sh", "-c") : shell);
    argv.addAll(test.getFirst().equals("CMD-SHELL") ? test.subList(1, test.size()) : test);
    return argv;
  }

  private Duration interval(boolean settled) {
    var started = Moments.instant(container.getStatus().getStartedAt());
    var inStartPeriod =
        surroundings.clock().instant().isBefore(started.plusNanos(spec.getStartPeriodNanos()));
    return !settled && inStartPeriod
        ? given(spec.getStartIntervalNanos(), START_INTERVAL)
        : given(spec.getIntervalNanos(), INTERVAL);
  }

  private Duration timeout() {
    return given(spec.getTimeoutNanos(), TIMEOUT);
  }

  private static Duration given(long nanos, Duration otherwise) {
    return nanos == 0 ? otherwise : Duration.ofNanos(nanos);
  }
}
