package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;
import static io.gantry.protocol.ErrorKind.CONFLICT;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Decision.Refused;
import io.gantry.agent.container.lifecycle.Request.Remove;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Run;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent.KillRequested;
import io.gantry.persistence.event.ContainerEvent.RemoveRequested;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The end of a container. */
final class Removal {
  /**
   * A process that SIGKILL does not end by then (it sleeps in the kernel) holds the removal up no
   * longer.
   */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  static final Duration RETRY = Duration.ofSeconds(30);

  private Removal() {}

  static Decision decide(Present state, Remove remove) {
    var requested = new RemoveRequested(remove.force(), remove.volumes(), remove.at());
    return switch (state) {
      case Created _, Exited _ -> events(requested).then(new Step.Delete(remove.volumes()));
      case Backoff _ ->
          remove.force()
              ? events(requested).then(new Step.Delete(remove.volumes()))
              : refused(state, "restarting");
      case Starting _ ->
          remove.force()
              ? events(requested).then(new Step.Delete(remove.volumes()))
              : refused(state, "running");
      case Running(_, var run, _) ->
          remove.force() ? kill(run, requested, false) : refused(state, "running");
      case Paused(_, var run) ->
          remove.force() ? kill(run, requested, true) : refused(state, "paused");
      case Removing(var facts, var volumes, _, var failed) ->
          failed
              ? Accepted.NOTHING.then(new Step.Delete(volumes))
              : new Refused(
                  CONFLICT, "removal of container %s is already in progress".formatted(facts.id()));
    };
  }

  private static Accepted kill(Run run, RemoveRequested requested, boolean frozen) {
    var kill = new KillRequested("SIGKILL", true, requested.at());
    var signal = new Step.Signal(run.incarnation(), "SIGKILL");
    var patience = new Step.ArmDelete(PATIENCE);
    return new Accepted(
        List.of(kill, requested),
        frozen ? List.of(signal, new Step.Thaw(), patience) : List.of(signal, patience));
  }

  /** Begun by the engine itself: {@code docker run --rm}. */
  static RemoveRequested auto(Instant at) {
    return new RemoveRequested(false, true, at);
  }

  private static Refused refused(Present state, String phase) {
    var what =
        phase.equals("paused")
            ? "is paused and must be unpaused first"
            : "is %s: stop the container before removing or force remove".formatted(phase);
    return new Refused(
        CONFLICT,
        "cannot remove container \"/%s\": container %s".formatted(state.facts().name(), what));
  }
}
