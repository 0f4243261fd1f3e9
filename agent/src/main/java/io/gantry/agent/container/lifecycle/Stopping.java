package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;
import static io.gantry.protocol.ErrorKind.CONFLICT;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Decision.Refused;
import io.gantry.agent.container.lifecycle.Decision.Unchanged;
import io.gantry.agent.container.lifecycle.Request.Kill;
import io.gantry.agent.container.lifecycle.Request.Restart;
import io.gantry.agent.container.lifecycle.Request.Stop;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Draining;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Intent;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Run;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.RestartCancelled;
import io.gantry.persistence.event.ContainerEvent.ShutdownRequested;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.persistence.event.ContainerEvent.StopRequested;
import io.gantry.persistence.event.ContainerEvent.Stopped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The user's wish that a container ends: stop, restart, kill. */
final class Stopping {
  private static final int DEFAULT_GRACE_SECONDS = 10;

  private Stopping() {}

  static Decision stop(Present state, Stop stop) {
    var draining = draining(state.facts(), stop.signal(), stop.grace(), Intent.STOP);
    return switch (state) {
      case Created _, Exited _ -> new Unchanged();
      case Backoff _ ->
          events(
              requested(draining, stop.at()),
              new RestartCancelled(stop.at()),
              new Stopped(stop.at()));
      case Starting _ -> events(requested(draining, stop.at()));
      case Running(_, var run, _) -> drain(run, false, draining, stop.at());
      case Paused(_, var run) -> drain(run, true, draining, stop.at());
      case Removing(var facts, _, _, _) -> beingRemoved(facts);
    };
  }

  static Decision restart(Present state, Restart restart) {
    var draining = draining(state.facts(), restart.signal(), restart.grace(), Intent.RESTART);
    return switch (state) {
      case Created(var facts) -> Requests.launch(facts, StartCause.USER_RESTART, restart.at());
      case Exited(var facts) -> Requests.launch(facts, StartCause.USER_RESTART, restart.at());
      case Backoff(var facts, _) -> Requests.launch(facts, StartCause.USER_RESTART, restart.at());
      case Starting _ -> events(requested(draining, restart.at()));
      case Running(_, var run, _) -> drain(run, false, draining, restart.at());
      case Paused(_, var run) -> drain(run, true, draining, restart.at());
      case Removing(var facts, _, _, _) -> beingRemoved(facts);
    };
  }

  static Decision shutdown(Present state, Instant at) {
    var draining = draining(state.facts(), Optional.empty(), Optional.empty(), Intent.SHUTDOWN);
    var requested = new ShutdownRequested(draining.signal(), draining.grace(), at);
    return switch (state) {
      case Running(_, var run, _) -> new Accepted(List.of(requested), steps(run, false, draining));
      case Paused(_, var run) -> new Accepted(List.of(requested), steps(run, true, draining));
      case Created _, Starting _, Backoff _, Exited _, Removing _ -> new Unchanged();
    };
  }

  static Decision kill(Present state, Kill kill) {
    var stops = kill.signal().equals("SIGKILL") || kill.signal().equals(stopSignal(state.facts()));
    var requested = new ContainerEvent.KillRequested(kill.signal(), stops, kill.at());
    return switch (state) {
      case Running(_, var run, _) ->
          events(requested).then(new Step.Signal(run.incarnation(), kill.signal()));
      // A frozen process takes no signal but SIGKILL, and that one only once it is thawed.
      case Paused(_, var run) ->
          stops
              ? events(requested)
                  .then(new Step.Signal(run.incarnation(), kill.signal()), new Step.Thaw())
              : events(requested).then(new Step.Signal(run.incarnation(), kill.signal()));
      case Backoff _ ->
          stops ? events(requested, new RestartCancelled(kill.at())) : cannotKill(state.facts());
      case Removing(_, _, var run, _) ->
          run.isPresent()
              ? events(requested).then(new Step.Signal(run.get().incarnation(), kill.signal()))
              : cannotKill(state.facts());
      case Created _, Starting _, Exited _ -> cannotKill(state.facts());
    };
  }

  /** The steps that make a run end. Also what the agent takes up again after its own restart. */
  static List<Step> steps(Run run, boolean frozen, Draining draining) {
    var steps = new ArrayList<Step>();
    steps.add(new Step.Signal(run.incarnation(), draining.signal()));
    if (frozen) {
      steps.add(new Step.Thaw());
    }
    draining.grace().ifPresent(grace -> steps.add(new Step.ArmGrace(run.incarnation(), grace)));
    return List.copyOf(steps);
  }

  private static Accepted drain(Run run, boolean frozen, Draining draining, Instant at) {
    return new Accepted(List.of(requested(draining, at)), steps(run, frozen, draining));
  }

  private static StopRequested requested(Draining draining, Instant at) {
    return new StopRequested(
        draining.signal(), draining.grace(), draining.intent() == Intent.RESTART, at);
  }

  private static Draining draining(
      Facts facts, Optional<String> signal, Optional<Duration> grace, Intent intent) {
    var wanted = grace.orElseGet(() -> Duration.ofSeconds(graceSeconds(facts)));
    return new Draining(
        signal.orElseGet(() -> stopSignal(facts)),
        wanted.isNegative() ? Optional.empty() : Optional.of(wanted),
        intent);
  }

  private static int graceSeconds(Facts facts) {
    var spec = facts.container().getSpec();
    return spec.hasStopTimeoutSeconds() ? spec.getStopTimeoutSeconds() : DEFAULT_GRACE_SECONDS;
  }

  private static String stopSignal(Facts facts) {
    var signal = facts.container().getSpec().getStopSignal();
    if (signal.isEmpty()) {
      return "SIGTERM";
    }
    return signal.startsWith("SIG") || Character.isDigit(signal.charAt(0))
        ? signal
        : "SIG" + signal;
  }

  private static Refused cannotKill(Facts facts) {
    return new Refused(
        CONFLICT,
        "cannot kill container: %s: container %s is not running"
            .formatted(facts.name(), facts.id()));
  }

  private static Refused beingRemoved(Facts facts) {
    return new Refused(
        CONFLICT, "removal of container %s is already in progress".formatted(facts.id()));
  }
}
