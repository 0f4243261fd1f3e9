package io.gantry.agent.container;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.gantry.agent.ContainerId;
import io.gantry.agent.container.ContainerActor.Command;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.Step;
import io.gantry.persistence.event.Provenance;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Begins the steps of one container; what comes of each returns to its actor as a message. */
final class StepRunner {
  /** How a report becomes a message to the actor. */
  interface Reporting {
    Command command(Step step, Provenance provenance, Report report);
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final ContainerId id;
  private final ContainerSurroundings surroundings;
  private final Reporting reporting;
  private Optional<ActorRef<Probe.Command>> probe = Optional.empty();

  StepRunner(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ContainerId id,
      ContainerSurroundings surroundings,
      Reporting reporting) {
    this.context = context;
    this.timers = timers;
    this.id = id;
    this.surroundings = surroundings;
    this.reporting = reporting;
  }

  void begin(Step step, State state, Provenance because) {
    if (!(state instanceof Present present)) {
      return;
    }
    var clock = surroundings.clock();
    switch (step) {
      case Step.Launch _,
          Step.Signal _,
          Step.Freeze _,
          Step.Thaw _,
          Step.LetRun _,
          Step.ApplyLimits _,
          Step.Connect _,
          Step.Disconnect _,
          Step.Release _,
          Step.Delete _,
          Step.ForgetExec _ ->
          onHost(step, present, because);
      case Step.AwaitExit(var incarnation, var monitorPid) -> {
        var self = context.getSelf();
        surroundings
            .sandbox()
            .watchMemory(
                id, incarnation, report -> self.tell(reporting.command(step, because, report)));
        pipe(step, because, surroundings.sandbox().exit(id, incarnation, monitorPid));
      }
      case Step.AwaitExec(var execId) ->
          pipe(step, because, surroundings.sandbox().execExit(id, execId));
      case Step.ArmGrace(var incarnation, var grace) ->
          timers.startSingleTimer(
              "grace",
              reporting.command(
                  step, because, new Report.GraceElapsed(incarnation, clock.instant().plus(grace))),
              grace);
      case Step.ArmBackoff(var count, var delay) ->
          timers.startSingleTimer(
              "backoff",
              reporting.command(
                  step, because, new Report.BackoffElapsed(count, clock.instant().plus(delay))),
              delay);
      case Step.ArmDelete(var after) ->
          timers.startSingleTimer("delete", new ContainerActor.DeleteAgain(because), after);
      case Step.BeginProbes(var incarnation) -> beginProbes(present, incarnation);
      case Step.EndProbes _ -> endProbes();
    }
  }

  void onHost(Step step, Present present, Provenance because) {
    if (step instanceof Step.Delete) {
      timers.cancelAll();
      endProbes();
    }
    pipe(step, because, surroundings.sandbox().run(id, present.facts(), step));
  }

  private void pipe(Step step, Provenance because, CompletionStage<? extends Report> stage) {
    context.pipeToSelf(
        stage,
        (report, failure) ->
            reporting.command(
                step,
                because,
                failure == null
                    ? report
                    : new Report.StepFailed(
                        step,
                        String.valueOf(failure.getMessage()),
                        surroundings.clock().instant())));
  }

  private void beginProbes(Present present, long incarnation) {
    endProbes();
    if (present.view().getStatus().hasHealth()) {
      probe =
          Optional.of(
              context.spawn(
                  Probe.create(present.view(), incarnation, surroundings, context.getSelf()),
                  "probe-" + incarnation + "-" + System.nanoTime()));
    }
  }

  private void endProbes() {
    probe.ifPresent(context::stop);
    probe = Optional.empty();
  }
}
