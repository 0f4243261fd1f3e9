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
        draining.ifPresent(wish -> steps.addAll(Stopping.steps(run, false, wish)));
        yield List.copyOf(steps);
      }
      case Paused(_, var run) -> List.of(new Step.AwaitExit(run.incarnation(), run.monitorPid()));
      case Backoff(var facts, var delay) ->
          List.of(
              new Step.Release(facts.incarnation()),
              new Step.ArmBackoff(facts.container().getStatus().getRestartCount(), delay));
      case Exited(var facts) -> List.of(new Step.Release(facts.incarnation()));
      case Removing(_, var volumes, _, _) -> List.of(new Step.Delete(volumes));
    };
  }
}
