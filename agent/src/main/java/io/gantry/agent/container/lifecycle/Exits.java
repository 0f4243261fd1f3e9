package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.NOTHING;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Report.ProcessExited;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Intent;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Run;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.RestartScheduled;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.persistence.event.ContainerEvent.Stopped;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Exec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What follows when a container's process has ended. */
final class Exits {
  private Exits() {}

  static Accepted observe(Present state, ProcessExited exited) {
    return switch (state) {
      case Running(var facts, var run, var draining) when isOf(run, exited) ->
          draining
              .map(wish -> afterWish(facts, wish.intent(), exited))
              .orElseGet(() -> afterExit(facts, exited));
      case Paused(var facts, var run) when isOf(run, exited) -> afterExit(facts, exited);
      case Removing(var facts, var volumes, var run, _)
          when run.isPresent() && isOf(run.get(), exited) ->
          new Accepted(ended(facts, exited), List.of(new Step.Delete(volumes)));
      case Created _, Starting _, Running _, Paused _, Backoff _, Exited _, Removing _ -> NOTHING;
    };
  }

  private static boolean isOf(Run run, ProcessExited exited) {
    return run.incarnation() == exited.incarnation();
  }

  private static Accepted afterWish(Facts facts, Intent intent, ProcessExited exited) {
    var events = new ArrayList<>(ended(facts, exited));
    return switch (intent) {
      case SHUTDOWN -> removedIfAsked(facts, events, exited);
      case STOP -> {
        events.add(new Stopped(exited.at()));
        yield removedIfAsked(facts, events, exited);
      }
      case RESTART -> {
        events.add(new Stopped(exited.at()));
        var launch = Requests.launch(facts, StartCause.USER_RESTART, exited.at());
        events.addAll(launch.events());
        yield new Accepted(List.copyOf(events), followed(release(exited), launch.steps()));
      }
    };
  }

  private static Accepted afterExit(Facts facts, ProcessExited exited) {
    var events = ended(facts, exited);
    if (facts.userStopped()) {
      return removedIfAsked(facts, events, exited);
    }
    var started = facts.container().getStatus().getStartedAt();
    var ran = Duration.between(Moments.instant(started), exited.at());
    var fresh =
        ran.compareTo(RestartDecision.LONG_ENOUGH) >= 0 ? facts.withBackoff(Duration.ZERO) : facts;
    var next = after(fresh, events, exited.code(), exited.jitter(), exited.at());
    return next.steps().isEmpty()
        ? removedIfAsked(facts, events, exited)
        : new Accepted(next.events(), followed(release(exited), next.steps()));
  }

  /** {@code events}, then a restart by policy where there is to be one; no steps: there is none. */
  static Accepted after(
      Facts facts, List<ContainerEvent> events, int code, double jitter, Instant at) {
    var status = facts.container().getStatus();
    var policy = facts.container().getSpec().getRestartPolicy();
    if (!RestartDecision.restartsAfterExit(policy, code, status.getRestartCount())) {
      return new Accepted(events, List.of());
    }
    var count = status.getRestartCount() + 1;
    var delay = RestartDecision.next(facts.backoff());
    var all = new ArrayList<>(events);
    all.add(new RestartScheduled(count, delay, at));
    return new Accepted(
        List.copyOf(all),
        List.of(new Step.ArmBackoff(count, RestartDecision.spread(delay, jitter))));
  }

  private static Accepted removedIfAsked(
      Facts facts, List<ContainerEvent> events, ProcessExited exited) {
    if (!facts.container().getSpec().getAutoRemove()) {
      return new Accepted(List.copyOf(events), List.of(release(exited), new Step.EndProbes()));
    }
    var all = new ArrayList<>(events);
    all.add(Removal.auto(exited.at()));
    return new Accepted(List.copyOf(all), List.of(new Step.EndProbes(), new Step.Delete(true)));
  }

  /** The exit, and with it the end of every exec: a pid namespace ends with its first process. */
  private static List<ContainerEvent> ended(Facts facts, ProcessExited exited) {
    var events = new ArrayList<>(OutOfMemory.untold(facts, exited));
    facts.execs().values().stream()
        .filter(Exec::getRunning)
        .forEach(exec -> events.add(new ContainerEvent.ExecEnded(exec.getId(), 137, exited.at())));
    events.add(
        new ContainerEvent.Exited(
            exited.incarnation(), exited.code(), exited.oomKilled(), exited.lost(), exited.at()));
    return List.copyOf(events);
  }

  private static Step release(ProcessExited exited) {
    return new Step.Release(exited.incarnation());
  }

  private static List<Step> followed(Step first, List<Step> rest) {
    var steps = new ArrayList<Step>();
    steps.add(new Step.EndProbes());
    steps.add(first);
    steps.addAll(rest);
    return List.copyOf(steps);
  }
}
