package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Samples.NOON;
import static io.gantry.agent.container.lifecycle.Samples.after;
import static io.gantry.agent.container.lifecycle.Samples.backoff;
import static io.gantry.agent.container.lifecycle.Samples.exit;
import static io.gantry.agent.container.lifecycle.Samples.launched;
import static io.gantry.agent.container.lifecycle.Samples.running;
import static io.gantry.agent.container.lifecycle.Samples.stop;
import static io.gantry.agent.container.lifecycle.Samples.stopped;
import static io.gantry.agent.container.lifecycle.Samples.withPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.persistence.event.ContainerEvent.RestartScheduled;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.persistence.event.ContainerEvent.StartRequested;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ResourceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartTest {
  @ParameterizedTest
  @CsvSource({
    "no, 0, 1, false",
    "'', 0, 1, false",
    "always, 0, 0, true",
    "always, 0, 1, true",
    "unless-stopped, 0, 0, true",
    "on-failure, 0, 0, false",
    "on-failure, 0, 1, true",
    "on-failure, 3, 1, true"
  })
  void policyDecidesAfterAnExit(String policy, int retries, int code, boolean restarts) {
    var after = Lifecycle.observe(running(withPolicy(policy, retries)), exit(1, code, NOON));
    assertThat(after.events().stream().anyMatch(RestartScheduled.class::isInstance))
        .isEqualTo(restarts);
  }

  @ParameterizedTest
  @CsvSource({"always", "unless-stopped", "on-failure"})
  void noPolicyRevivesWhatTheUserStopped(String policy) {
    var draining = after(running(withPolicy(policy, 0)), stop());
    assertThat(Lifecycle.observe(draining, exit(1, 143, NOON)).events())
        .noneMatch(RestartScheduled.class::isInstance);
  }

  @ParameterizedTest
  @CsvSource({"always", "unless-stopped", "on-failure"})
  void noPolicyRevivesWhatTheUserKilled(String policy) {
    var killed = after(running(withPolicy(policy, 0)), new Request.Kill("SIGKILL", NOON));
    assertThat(Lifecycle.observe(killed, exit(1, 137, NOON)).events())
        .noneMatch(RestartScheduled.class::isInstance);
  }

  @Test
  void aSignalThatIsNoStopLeavesThePolicyInForce() {
    var signalled = after(running(withPolicy("always", 0)), new Request.Kill("SIGHUP", NOON));
    assertThat(Lifecycle.observe(signalled, exit(1, 129, NOON)).events())
        .anyMatch(RestartScheduled.class::isInstance);
  }

  @Test
  void boundOfOnFailureIsKept() {
    var state = running(withPolicy("on-failure", 2));
    var counts = new ArrayList<Integer>();
    for (var run = 1; run <= 2; run++) {
      state = after(state, exit(run, 1, NOON));
      var count = ((State.Present) state).view().getStatus().getRestartCount();
      counts.add(count);
      state = after(state, new Report.BackoffElapsed(count, NOON));
      state = after(state, launched(run + 1));
    }
    assertThat(counts).containsExactly(1, 2);
    assertThat(after(state, exit(3, 1, NOON))).isInstanceOf(State.Exited.class);
  }

  @Test
  void backoffDoublesUpToAMinuteAndStartsOverAfterALongRun() {
    var delays = new ArrayList<Duration>();
    var state = running(withPolicy("always", 0));
    for (var run = 1; run <= 12; run++) {
      state = after(state, exit(run, 1, NOON.plusSeconds(1)));
      delays.add(((State.Backoff) state).delay());
      state = after(state, new Report.BackoffElapsed(run, NOON));
      state = after(state, launched(run + 1));
    }
    assertThat(delays.subList(0, 4))
        .containsExactly(
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(400),
            Duration.ofMillis(800));
    assertThat(delays.getLast()).isEqualTo(Duration.ofMinutes(1));
    state = after(state, exit(13, 1, NOON.plusSeconds(30)));
    assertThat(((State.Backoff) state).delay()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void jitterSpreadsByAFifth() {
    var delay = Duration.ofSeconds(10);
    assertThat(RestartDecision.spread(delay, 0)).isEqualTo(Duration.ofSeconds(8));
    assertThat(RestartDecision.spread(delay, 0.5)).isEqualTo(delay);
    assertThat(RestartDecision.spread(delay, 1)).isEqualTo(Duration.ofSeconds(12));
  }

  @Test
  void stopDuringTheBackoffEndsIt() {
    var stopped = after(backoff(), stop());
    assertThat(stopped).isInstanceOf(State.Exited.class);
    assertThat(Lifecycle.observe(stopped, new Report.BackoffElapsed(1, NOON)))
        .isEqualTo(Accepted.NOTHING);
  }

  @ParameterizedTest
  @CsvSource({"no, false", "on-failure, false", "unless-stopped, false", "always, true"})
  void agentThatReturnsStartsWhatTheUserStoppedOnlyUnderAlways(String policy, boolean starts) {
    assertThat(startsWithTheAgent(stopped(withPolicy(policy, 0)))).isEqualTo(starts);
  }

  @ParameterizedTest
  @CsvSource({"no, false", "on-failure, true", "unless-stopped, true", "always, true"})
  void whatWentDownWithTheAgentComesBackWithIt(String policy, boolean starts) {
    var draining = after(running(withPolicy(policy, 0)), new Request.Shutdown(NOON));
    var down = after(draining, exit(1, 143, NOON));
    assertThat(down).isInstanceOf(State.Exited.class);
    assertThat(startsWithTheAgent(down)).isEqualTo(starts);
  }

  @Test
  void rebootIsAnExitThatNobodySaw() {
    var lost = new Report.ProcessExited(1, 255, false, true, 0.5, NOON.plusSeconds(99));
    assertThat(Lifecycle.observe(running(withPolicy("unless-stopped", 0)), lost).events())
        .anyMatch(RestartScheduled.class::isInstance);
    assertThat(after(running(withPolicy("no", 0)), lost)).isInstanceOf(State.Exited.class);
  }

  @Test
  void whatWasBegunIsTakenUpAgainAfterACrash() {
    assertThat(Lifecycle.pending(backoff()))
        .containsExactly(new Step.Release(1), new Step.ArmBackoff(1, Duration.ofMillis(100)));
    assertThat(Lifecycle.pending(after(running(withPolicy("no", 0)), stop())))
        .contains(
            new Step.AwaitExit(1, Samples.MONITOR),
            new Step.Signal(1, "SIGTERM"),
            new Step.ArmGrace(1, Duration.ofSeconds(10)));
  }

  @Test
  void whatTheHostMayNotHaveHeardOfIsSaidAgainAfterACrash() {
    var running = running(withPolicy("no", 0));
    assertThat(Lifecycle.pending(running))
        .contains(new Step.LetRun())
        .noneMatch(Step.ApplyLimits.class::isInstance);

    var more = ResourceSpec.newBuilder().setMemoryBytes(64 << 20).build();
    var request = new Request.Update(Optional.of(more), Optional.empty(), Instant.EPOCH);
    var updated = after(running, request);
    var again = new Step.ApplyLimits(more, more);
    assertThat(Lifecycle.pending(updated)).contains(again);
    assertThat(
            Lifecycle.observe(
                    updated, new Report.StepFailed(again, ErrorKind.INTERNAL, "no", Instant.EPOCH))
                .events())
        .isEmpty();

    var paused = after(updated, new Report.Frozen(Instant.EPOCH));
    assertThat(Lifecycle.pending(paused))
        .containsExactly(new Step.AwaitExit(1, Samples.MONITOR), again);
  }

  private static boolean startsWithTheAgent(State state) {
    return Lifecycle.observe(state, new Report.AgentReturned(Instant.EPOCH))
        .events()
        .equals(List.of(new StartRequested(2, StartCause.AGENT_RECOVERY, Instant.EPOCH)));
  }
}
