package io.gantry.agent.container.lifecycle;

import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;

/** The same phase with other facts. */
final class Phases {
  private Phases() {}

  static Present replace(Present state, Facts facts) {
    return switch (state) {
      case Created _ -> new Created(facts);
      case Starting(_, var incarnation, var cause, var doom) ->
          new Starting(facts, incarnation, cause, doom);
      case Running(_, var run, var draining) -> new Running(facts, run, draining);
      case Paused(_, var run) -> new Paused(facts, run);
      case Backoff(_, var delay) -> new Backoff(facts, delay);
      case Exited _ -> new Exited(facts);
      case Removing(_, var volumes, var run, var failed) ->
          new Removing(facts, volumes, run, failed);
    };
  }

  /** Only a run has limits that the host has to hear of. */
  static Present withLimitsChanged(Present state) {
    return switch (state) {
      case Running(var facts, var run, var draining) ->
          new Running(facts, run.withLimitsChanged(), draining);
      case Paused(var facts, var run) -> new Paused(facts, run.withLimitsChanged());
      case Created _, Starting _, Backoff _, Exited _, Removing _ -> state;
    };
  }
}
