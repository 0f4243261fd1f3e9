package io.gantry.agent.container;

import akka.actor.typed.ActorRef;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.Step;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import java.util.List;
import java.util.Optional;

/** Somebody who asked for something that takes a while, and hears when it is so or cannot be. */
record Waiter(Until until, ActorRef<Outcome<Container>> replyTo) {
  sealed interface Until {
    record Started(long incarnation) implements Until {}

    record Stopped() implements Until {}

    record Gone() implements Until {}

    /** This step, which the request itself led to, has been done. */
    record Stepped(Step step) implements Until {}

    record NextExit() implements Until {}
  }

  /**
   * What just happened: the state after it, the events, and the step's report if one brought it.
   */
  record Happening(
      State state, List<ContainerEvent> events, Optional<Step> step, Optional<Report> report) {}

  /** True when it has been answered and need not be kept. */
  boolean answer(Happening happening) {
    var outcome = outcome(happening);
    outcome.ifPresent(replyTo::tell);
    return outcome.isPresent();
  }

  private Optional<Outcome<Container>> outcome(Happening happening) {
    return switch (until) {
      case Until.Started(var incarnation) -> started(happening, incarnation);
      // Its run has ended, also where the next one begins at once.
      case Until.Stopped() ->
          isAtRest(happening.state()) || has(happening, ContainerEvent.Exited.class)
              ? view(happening)
              : Optional.empty();
      case Until.Gone() -> gone(happening);
      case Until.Stepped(var step) ->
          happening.step().filter(step::equals).isPresent() ? stepped(happening) : Optional.empty();
      case Until.NextExit() ->
          has(happening, ContainerEvent.Exited.class) || happening.state() instanceof State.Gone
              ? view(happening)
              : Optional.empty();
    };
  }

  private static Optional<Outcome<Container>> started(Happening happening, long incarnation) {
    for (var event : happening.events()) {
      if (event instanceof ContainerEvent.Started started && started.incarnation() >= incarnation) {
        return view(happening);
      }
      if (event instanceof ContainerEvent.StartFailed failed
          && failed.incarnation() >= incarnation) {
        return Optional.of(Outcome.refused(StartErrors.kind(failed), failed.message()));
      }
    }
    return switch (happening.state()) {
      case State.Removing _, State.Gone _ ->
          Optional.of(
              Outcome.refused(
                  ErrorKind.CONFLICT, "container is marked for removal and cannot be started"));
      // At rest without a start: a stop has overtaken the restart.
      case State.Exited _ ->
          Optional.of(
              Outcome.refused(
                  ErrorKind.CONFLICT, "container was stopped before it could start again"));
      case State.Absent _,
          State.Created _,
          State.Starting _,
          State.Running _,
          State.Paused _,
          State.Backoff _ ->
          Optional.empty();
    };
  }

  private static Optional<Outcome<Container>> gone(Happening happening) {
    for (var event : happening.events()) {
      if (event instanceof ContainerEvent.RemoveFailed failed) {
        return Optional.of(Outcome.refused(ErrorKind.INTERNAL, failed.message()));
      }
    }
    return happening.state() instanceof State.Gone ? view(happening) : Optional.empty();
  }

  private static Optional<Outcome<Container>> stepped(Happening happening) {
    return happening.report().orElse(null) instanceof Report.StepFailed(_, var kind, var message, _)
        ? Optional.of(Outcome.refused(kind, message))
        : view(happening);
  }

  static boolean isAtRest(State state) {
    return switch (state) {
      case State.Created _, State.Exited _, State.Gone _, State.Absent _ -> true;
      case State.Removing(_, _, var run, _) -> run.isEmpty();
      case State.Starting _, State.Running _, State.Paused _, State.Backoff _ -> false;
    };
  }

  private static boolean has(Happening happening, Class<? extends ContainerEvent> type) {
    return happening.events().stream().anyMatch(type::isInstance);
  }

  private static Optional<Outcome<Container>> view(Happening happening) {
    return switch (happening.state()) {
      case Present present -> Optional.of(Outcome.done(present.view()));
      case State.Gone(var last) -> Optional.of(Outcome.done(last));
      case State.Absent _ -> Optional.empty();
    };
  }
}
