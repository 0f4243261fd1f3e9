package io.gantry.agent.container.lifecycle;

import io.gantry.agent.container.lifecycle.State.Absent;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Gone;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.protocol.v1.Exec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has to be taken up again when the agent comes back, whatever it was doing when it died. */
final class Pending {
  private Pending() {}

  static List<Step> of(State state) {
    return switch (state) {
      case Absent _, Gone _, Created _ -> List.of();
      // A launch that finds its run on the host, running or ended, adopts it: nothing is run twice.
      case Starting(_, var incarnation, _, _) -> List.of(new Step.Launch(incarnation));
      case Running(var facts, var run, var draining) -> {
        var steps = new ArrayList<Step>();
        steps.add(new Step.AwaitExit(run.incarnation(), run.monitorPid()));
        steps.add(new Step.BeginProbes(run.incarnation()));
        facts.execs().values().stream()
            .filter(Exec::getRunning)
            .forEach(exec -> steps.add(new Step.AwaitExec(exec.getId())));
        steps.add(new Step.LetRun());
        limits(facts, run).ifPresent(steps::add);
        draining.ifPresent(wish -> steps.addAll(Stopping.steps(run, false, wish)));
        yield List.copyOf(steps);
      }
      case Paused(var facts, var run) -> {
        var steps = new ArrayList<Step>();
        steps.add(new Step.AwaitExit(run.incarnation(), run.monitorPid()));
        limits(facts, run).ifPresent(steps::add);
        yield List.copyOf(steps);
      }
      case Backoff(var facts, var delay) ->
          List.of(
              new Step.Release(facts.incarnation()),
              new Step.ArmBackoff(facts.container().getStatus().getRestartCount(), delay));
      case Exited(var facts) -> List.of(new Step.Release(facts.incarnation()));
      case Removing(_, var volumes, _, _) -> List.of(new Step.Delete(volumes));
    };
  }

  /** The last change of limits, which the host may not have heard of. */
  private static Optional<Step> limits(Facts facts, State.Run run) {
    var resources = facts.container().getSpec().getResources();
    return run.limitsChanged()
        ? Optional.of(new Step.ApplyLimits(resources, resources))
        : Optional.empty();
  }
}
