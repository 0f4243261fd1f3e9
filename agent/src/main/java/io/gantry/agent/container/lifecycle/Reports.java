package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.NOTHING;
import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Report.AgentReturned;
import io.gantry.agent.container.lifecycle.Report.BackoffElapsed;
import io.gantry.agent.container.lifecycle.Report.DeleteFailed;
import io.gantry.agent.container.lifecycle.Report.Deleted;
import io.gantry.agent.container.lifecycle.Report.Done;
import io.gantry.agent.container.lifecycle.Report.ExecEnded;
import io.gantry.agent.container.lifecycle.Report.Frozen;
import io.gantry.agent.container.lifecycle.Report.GraceElapsed;
import io.gantry.agent.container.lifecycle.Report.LaunchFailed;
import io.gantry.agent.container.lifecycle.Report.Launched;
import io.gantry.agent.container.lifecycle.Report.Probed;
import io.gantry.agent.container.lifecycle.Report.ProcessExited;
import io.gantry.agent.container.lifecycle.Report.StepFailed;
import io.gantry.agent.container.lifecycle.Report.Thawed;
import io.gantry.agent.container.lifecycle.State.Absent;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Gone;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Run;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.KillRequested;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.persistence.event.ContainerEvent.StartFailed;
import io.gantry.persistence.event.ContainerEvent.Started;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What facts from the host lead to. */
final class Reports {
  /** Docker's exit code of a start that failed for none of the usual reasons. */
  private static final int UNKNOWN_FAILURE = 128;

  private Reports() {}

  static Accepted observe(State state, Report report) {
    return switch (state) {
      case Absent _, Gone _ -> NOTHING;
      case Present present -> whenPresent(present, report);
    };
  }

  private static Accepted whenPresent(Present state, Report report) {
    return switch (report) {
      case Launched launched -> launched(state, launched);
      case LaunchFailed failed -> launchFailed(state, failed);
      case ProcessExited exited -> Exits.observe(state, exited);
      case GraceElapsed elapsed -> graceElapsed(state, elapsed);
      case BackoffElapsed elapsed -> backoffElapsed(state, elapsed);
      case Report.OutOfMemory killed -> OutOfMemory.observe(state, killed);
      case Probed probed -> Health.observe(state, probed);
      case ExecEnded(var execId, var exitCode, var at) -> execEnded(state, execId, exitCode, at);
      case Frozen(var at) -> frozen(state, at);
      case Thawed(var at) ->
          state instanceof Paused ? events(new ContainerEvent.Unpaused(at)) : NOTHING;
      case Report.Connected connected -> NetworkPlaces.connected(state, connected);
      case Report.Disconnected(var network, var networkId, var at) ->
          events(new ContainerEvent.NetworkDisconnected(network, networkId, at));
      case Deleted(var at) ->
          state instanceof Removing ? events(new ContainerEvent.Removed(at)) : NOTHING;
      case DeleteFailed(var message, var at) ->
          state instanceof Removing
              ? events(new ContainerEvent.RemoveFailed(message, at))
                  .then(new Step.ArmDelete(Removal.RETRY))
              : NOTHING;
      case AgentReturned(var at) -> agentReturned(state, at);
      case StepFailed(Step.ApplyLimits(var wanted, var before), _, _, var at) ->
          wanted.equals(before)
              ? NOTHING
              : events(new ContainerEvent.Updated(Optional.of(before), Optional.empty(), at));
      // A bug on the way: the start and the removal are not to wait for ever for their reports.
      case StepFailed(Step.Launch(var incarnation), _, var message, var at) ->
          launchFailed(state, new LaunchFailed(incarnation, UNKNOWN_FAILURE, message, at));
      case StepFailed(Step.Delete _, _, var message, var at) ->
          whenPresent(state, new DeleteFailed(message, at));
      case Done _, StepFailed _ -> NOTHING;
    };
  }

  private static Accepted launched(Present state, Launched launched) {
    var await = new Step.AwaitExit(launched.incarnation(), launched.monitorPid());
    if (!(state instanceof Starting starting) || starting.incarnation() != launched.incarnation()) {
      // Removed meanwhile: the removal, queued behind this launch, ends the process too.
      return NOTHING;
    }
    var events = new ArrayList<ContainerEvent>();
    events.add(
        new Started(
            launched.incarnation(),
            launched.pid(),
            launched.monitorPid(),
            launched.endpoints(),
            launched.ports(),
            launched.mounts(),
            launched.warnings(),
            launched.at()));
    if (starting.cause() == StartCause.USER_RESTART) {
      events.add(new ContainerEvent.Observed("restart", Map.of(), launched.at()));
    }
    var steps = new ArrayList<Step>();
    steps.add(await);
    steps.add(new Step.BeginProbes(launched.incarnation()));
    var run = new Run(launched.incarnation(), launched.pid(), launched.monitorPid());
    starting.doom().ifPresent(doom -> steps.addAll(Stopping.steps(run, false, doom)));
    return new Accepted(List.copyOf(events), List.copyOf(steps));
  }

  private static Accepted launchFailed(Present state, LaunchFailed failed) {
    if (!(state instanceof Starting starting) || starting.incarnation() != failed.incarnation()) {
      return NOTHING;
    }
    var failure =
        new StartFailed(failed.incarnation(), failed.exitCode(), failed.message(), failed.at());
    return switch (starting.cause()) {
      case USER, USER_RESTART ->
          starting.facts().container().getSpec().getAutoRemove()
              ? events(failure, Removal.auto(failed.at())).then(new Step.Delete(true))
              : events(failure);
      case RESTART_POLICY, AGENT_RECOVERY ->
          starting.doom().isPresent()
              ? events(failure, new ContainerEvent.Stopped(failed.at()))
              : Exits.after(
                  starting.facts(), List.of(failure), failed.exitCode(), 0.5, failed.at());
    };
  }

  private static Accepted frozen(Present state, Instant at) {
    if (!(state instanceof Running running)) {
      return NOTHING;
    }
    // A stop overtook the pause: frozen processes would never hear of it.
    return running.draining().isPresent()
        ? NOTHING.then(new Step.Thaw())
        : events(new ContainerEvent.Paused(at));
  }

  private static Accepted graceElapsed(Present state, GraceElapsed elapsed) {
    return state instanceof Running running
            && running.draining().isPresent()
            && running.run().incarnation() == elapsed.incarnation()
        ? events(new KillRequested("SIGKILL", true, elapsed.at()))
            .then(new Step.Signal(elapsed.incarnation(), "SIGKILL"))
        : NOTHING;
  }

  private static Accepted backoffElapsed(Present state, BackoffElapsed elapsed) {
    return state instanceof Backoff(var facts, _)
            && facts.container().getStatus().getRestartCount() == elapsed.restartCount()
        ? Requests.launch(facts, StartCause.RESTART_POLICY, elapsed.at())
        : NOTHING;
  }

  private static Accepted execEnded(Present state, String execId, int exitCode, Instant at) {
    var exec = state.facts().execs().get(execId);
    return exec != null && exec.getRunning()
        ? events(new ContainerEvent.ExecEnded(execId, exitCode, at))
            .then(new Step.ForgetExec(execId))
        : NOTHING;
  }

  private static Accepted agentReturned(Present state, Instant at) {
    if (!(state instanceof Exited(var facts))) {
      return NOTHING;
    }
    var status = facts.container().getStatus();
    var policy = facts.container().getSpec().getRestartPolicy();
    return RestartDecision.startsWithTheAgent(
            policy, facts.userStopped(), status.getExitCode(), status.getRestartCount())
        ? Requests.launch(facts, StartCause.AGENT_RECOVERY, at)
        : NOTHING;
  }
}
