package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Samples.ID;
import static io.gantry.agent.container.lifecycle.Samples.MONITOR;
import static io.gantry.agent.container.lifecycle.Samples.NOON;
import static io.gantry.agent.container.lifecycle.Samples.PID;
import static io.gantry.agent.container.lifecycle.Samples.after;
import static io.gantry.agent.container.lifecycle.Samples.backoff;
import static io.gantry.agent.container.lifecycle.Samples.created;
import static io.gantry.agent.container.lifecycle.Samples.exit;
import static io.gantry.agent.container.lifecycle.Samples.exited;
import static io.gantry.agent.container.lifecycle.Samples.launched;
import static io.gantry.agent.container.lifecycle.Samples.paused;
import static io.gantry.agent.container.lifecycle.Samples.remove;
import static io.gantry.agent.container.lifecycle.Samples.removing;
import static io.gantry.agent.container.lifecycle.Samples.running;
import static io.gantry.agent.container.lifecycle.Samples.spec;
import static io.gantry.agent.container.lifecycle.Samples.starting;
import static io.gantry.agent.container.lifecycle.Samples.stop;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Decision.Refused;
import io.gantry.agent.container.lifecycle.Decision.Unchanged;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ResourceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Test
  void startRecordsTheWishThenLaunches() {
    assertThat(Lifecycle.decide(created(spec()), new Request.Start(NOON)))
        .isEqualTo(
            new Accepted(
                List.of(new ContainerEvent.StartRequested(1, StartCause.USER, NOON)),
                List.of(new Step.Launch(1))));
  }

  @Test
  void startOfARunningContainerChangesNothing() {
    assertThat(Lifecycle.decide(running(spec()), new Request.Start(NOON)))
        .isEqualTo(new Unchanged());
  }

  @Test
  void launchedProcessIsWatchedAndProbed() {
    assertThat(Lifecycle.observe(starting(spec()), launched(1)))
        .isEqualTo(
            new Accepted(
                List.of(
                    new ContainerEvent.Started(
                        1, PID, MONITOR, Map.of(), Map.of(), List.of(), List.of(), NOON)),
                List.of(new Step.AwaitExit(1, MONITOR), new Step.BeginProbes(1))));
  }

  @Test
  void stopSignalsTheProcessAndArmsTheKillTimer() {
    assertThat(Lifecycle.decide(running(spec()), stop()))
        .isEqualTo(
            new Accepted(
                List.of(
                    new ContainerEvent.StopRequested(
                        "SIGTERM", Optional.of(TEN_SECONDS), false, NOON)),
                List.of(new Step.Signal(1, "SIGTERM"), new Step.ArmGrace(1, TEN_SECONDS))));
  }

  @Test
  void negativeGraceNeverKills() {
    var request =
        new Request.Stop(Optional.of("SIGINT"), Optional.of(Duration.ofSeconds(-1)), NOON);
    assertThat(Lifecycle.decide(running(spec()), request))
        .isEqualTo(
            new Accepted(
                List.of(new ContainerEvent.StopRequested("SIGINT", Optional.empty(), false, NOON)),
                List.of(new Step.Signal(1, "SIGINT"))));
  }

  @Test
  void stopOfAPausedContainerThawsItSoThatTheSignalArrives() {
    assertThat(Lifecycle.decide(paused(spec()), stop()))
        .extracting(decision -> ((Accepted) decision).steps())
        .isEqualTo(
            List.of(
                new Step.Signal(1, "SIGTERM"), new Step.Thaw(), new Step.ArmGrace(1, TEN_SECONDS)));
  }

  @Test
  void stopWhileStartingIsCarriedOutOnceTheProcessIsThere() {
    var doomed = after(starting(spec()), stop());
    assertThat(Lifecycle.observe(doomed, launched(1)).steps())
        .containsExactly(
            new Step.AwaitExit(1, MONITOR),
            new Step.BeginProbes(1),
            new Step.Signal(1, "SIGTERM"),
            new Step.ArmGrace(1, TEN_SECONDS));
  }

  @Test
  void graceThatElapsedWhileDrainingKills() {
    var draining = after(running(spec()), stop());
    assertThat(Lifecycle.observe(draining, new Report.GraceElapsed(1, NOON)))
        .isEqualTo(
            new Accepted(
                List.of(new ContainerEvent.KillRequested("SIGKILL", true, NOON)),
                List.of(new Step.Signal(1, "SIGKILL"))));
  }

  @Test
  void graceOfAnEarlierRunKillsNobody() {
    var second = after(after(exited(spec()), new Request.Start(NOON)), launched(2));
    var draining = after(second, stop());
    assertThat(Lifecycle.observe(draining, new Report.GraceElapsed(1, NOON)))
        .isEqualTo(Accepted.NOTHING);
  }

  @Test
  void exitOfAnEarlierRunChangesNothing() {
    var second = after(after(exited(spec()), new Request.Start(NOON)), launched(2));
    assertThat(Lifecycle.observe(second, exit(1, 0, NOON))).isEqualTo(Accepted.NOTHING);
  }

  @Test
  void exitAfterStopIsAnExitAndAStop() {
    var draining = after(running(spec()), stop());
    assertThat(Lifecycle.observe(draining, exit(1, 143, NOON)).events())
        .containsExactly(
            new ContainerEvent.Exited(1, 143, false, false, NOON),
            new ContainerEvent.Stopped(NOON));
  }

  @Test
  void restartOfARunningContainerStopsThenStarts() {
    var draining =
        after(running(spec()), new Request.Restart(Optional.empty(), Optional.empty(), NOON));
    assertThat(Lifecycle.observe(draining, exit(1, 143, NOON)))
        .isEqualTo(
            new Accepted(
                List.of(
                    new ContainerEvent.Exited(1, 143, false, false, NOON),
                    new ContainerEvent.Stopped(NOON),
                    new ContainerEvent.StartRequested(2, StartCause.USER_RESTART, NOON)),
                List.of(new Step.EndProbes(), new Step.Release(1), new Step.Launch(2))));
  }

  @Test
  void autoRemovedContainerGoesWithItsExit() {
    var state = running(spec().toBuilder().setAutoRemove(true).build());
    assertThat(Lifecycle.observe(state, exit(1, 3, NOON)))
        .isEqualTo(
            new Accepted(
                List.of(
                    new ContainerEvent.Exited(1, 3, false, false, NOON),
                    new ContainerEvent.RemoveRequested(false, true, NOON)),
                List.of(new Step.EndProbes(), new Step.Delete(true))));
  }

  @Test
  void failedStartLeavesAContainerThatMayBeStartedAgain() {
    var failed =
        after(
            starting(spec()),
            new Report.LaunchFailed(1, 127, "executable file not found in $PATH", NOON));
    assertThat(((State.Present) failed).view().getStatus().getExitCode()).isEqualTo(127);
    assertThat(Lifecycle.decide(failed, new Request.Start(NOON))).isInstanceOf(Accepted.class);
  }

  @Test
  void runningContainerIsRemovedOnlyByForce() {
    assertThat(Lifecycle.decide(running(spec()), remove(false)))
        .isEqualTo(
            new Refused(
                ErrorKind.CONFLICT,
                "cannot remove container \"/web\": container is running: stop the container before"
                    + " removing or force remove"));
    assertThat(Lifecycle.decide(running(spec()), remove(true)))
        .isEqualTo(
            new Accepted(
                List.of(
                    new ContainerEvent.KillRequested("SIGKILL", true, NOON),
                    new ContainerEvent.RemoveRequested(true, false, NOON)),
                List.of(new Step.Signal(1, "SIGKILL"), new Step.ArmDelete(Removal.PATIENCE))));
  }

  @Test
  void removalUnderWayIsNotBegunTwice() {
    assertThat(Lifecycle.decide(removing(), remove(true)))
        .isEqualTo(
            new Refused(
                ErrorKind.CONFLICT, "removal of container " + ID + " is already in progress"));
  }

  @Test
  void failedRemovalIsTriedAgainOnRequestAndByItself() {
    var failed = after(removing(), new Report.DeleteFailed("device or resource busy", NOON));
    assertThat(Lifecycle.decide(failed, remove(false)))
        .isEqualTo(Accepted.NOTHING.then(new Step.Delete(false)));
    assertThat(Lifecycle.observe(removing(), new Report.DeleteFailed("busy", NOON)).steps())
        .containsExactly(new Step.ArmDelete(Removal.RETRY));
  }

  @Test
  void pauseIsRecordedWhenTheProcessesAreFrozen() {
    assertThat(Lifecycle.decide(running(spec()), new Request.Pause(NOON)))
        .isEqualTo(Accepted.NOTHING.then(new Step.Freeze()));
    assertThat(Lifecycle.observe(running(spec()), new Report.Frozen(NOON)).events())
        .containsExactly(new ContainerEvent.Paused(NOON));
  }

  @Test
  void stopThatOvertakesAPauseIsNotForgotten() {
    var draining = after(running(spec()), stop());
    assertThat(Lifecycle.observe(draining, new Report.Frozen(NOON)))
        .isEqualTo(Accepted.NOTHING.then(new Step.Thaw()));
  }

  @Test
  void oomIsAFactOfItsOwn() {
    var killed = new Report.ProcessExited(1, 137, true, false, 0.5, NOON);
    assertThat(Lifecycle.observe(running(spec()), killed).events())
        .containsExactly(
            new ContainerEvent.OutOfMemory(1, new ContainerEvent.Shortage(4711, "", 0, ""), NOON),
            new ContainerEvent.Exited(1, 137, true, false, NOON));
  }

  @Test
  void updateOfMemoryIsAppliedToTheRunningContainer() {
    var patch = ResourceSpec.newBuilder().setMemoryBytes(1 << 26).build();
    assertThat(
            Lifecycle.decide(
                running(spec()), new Request.Update(Optional.of(patch), Optional.empty(), NOON)))
        .isEqualTo(
            new Accepted(
                List.of(new ContainerEvent.Updated(Optional.of(patch), Optional.empty(), NOON)),
                List.of(new Step.ApplyLimits(patch, ResourceSpec.getDefaultInstance()))));
  }

  @Test
  void viewShowsThePhase() {
    assertThat(
            List.of(
                    created(spec()),
                    running(spec()),
                    paused(spec()),
                    backoff(),
                    exited(spec()),
                    removing())
                .stream()
                .map(state -> ((State.Present) state).view().getStatus().getState()))
        .containsExactly(
            ContainerState.CREATED,
            ContainerState.RUNNING,
            ContainerState.PAUSED,
            ContainerState.RESTARTING,
            ContainerState.EXITED,
            ContainerState.REMOVING);
  }
}
