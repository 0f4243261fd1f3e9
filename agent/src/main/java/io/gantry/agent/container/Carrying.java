package io.gantry.agent.container;

import io.gantry.agent.container.Waiter.Until;
import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.persistence.event.ContainerEvent.StartRequested;
import java.util.Optional;

/** When what a request asked for has come about; empty: when it is recorded. */
final class Carrying {
  private Carrying() {}

  static Optional<Until> until(Request request, Accepted accepted) {
    return switch (request) {
      case Request.Start _, Request.Restart _ ->
          Optional.of(new Until.Started(incarnation(accepted)));
      case Request.Stop _, Request.Shutdown _ -> Optional.of(new Until.Stopped());
      case Request.Remove _ -> Optional.of(new Until.Gone());
      // Whoever kills wants it dead; whoever signals only that the signal is sent.
      case Request.Kill kill when kill.signal().equals("SIGKILL") ->
          Optional.of(new Until.NextExit());
      case Request.Pause _,
          Request.Unpause _,
          Request.Kill _,
          Request.Update _,
          Request.Connect _,
          Request.Disconnect _ ->
          accepted.steps().stream().findFirst().map(Until.Stepped::new);
      case Request.Create _,
          Request.Rename _,
          Request.CreateExec _,
          Request.StartExec _,
          Request.Observe _ ->
          Optional.empty();
    };
  }

  /**
   * When that is so which an earlier request has asked for and is not done yet; empty: it is so.
   */
  static Optional<Until> underWay(Request request, State state) {
    return request instanceof Request.Start && state instanceof State.Starting starting
        ? Optional.of(new Until.Started(starting.incarnation()))
        : Optional.empty();
  }

  /** Zero: the next one, where the start follows only after a stop. */
  private static long incarnation(Accepted accepted) {
    for (var event : accepted.events()) {
      if (event instanceof StartRequested requested) {
        return requested.incarnation();
      }
    }
    return 0;
  }
}
