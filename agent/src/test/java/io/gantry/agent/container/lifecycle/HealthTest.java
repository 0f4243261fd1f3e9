package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Samples.NOON;
import static io.gantry.agent.container.lifecycle.Samples.after;
import static io.gantry.agent.container.lifecycle.Samples.running;
import static io.gantry.agent.container.lifecycle.Samples.spec;
import static io.gantry.agent.container.lifecycle.Samples.withHealthcheck;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.gantry.protocol.v1.HealthResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void checkedContainerBeginsInStarting() {
    assertThat(status(running(withHealthcheck(3, Duration.ZERO)))).isEqualTo("starting");
  }

  @Test
  void containerWithoutACheckHasNoHealth() {
    var state = after(running(spec()), probe(1, 0));
    assertThat(((State.Present) state).view().getStatus().hasHealth()).isFalse();
  }

  @Test
  void oneSuccessIsHealthy() {
    assertThat(status(after(running(withHealthcheck(3, Duration.ZERO)), probe(1, 0))))
        .isEqualTo("healthy");
  }

  @Test
  void failuresInARowAreUnhealthyOnlyFromTheBoundOn() {
    var state = after(running(withHealthcheck(2, Duration.ZERO)), probe(1, 1));
    assertThat(status(state)).isEqualTo("starting");
    state = after(state, probe(2, 1));
    assertThat(status(state)).isEqualTo("unhealthy");
    assertThat(status(after(state, probe(3, 0)))).isEqualTo("healthy");
  }

  @Test
  void failuresInTheStartPeriodDoNotCount() {
    var state = running(withHealthcheck(1, Duration.ofSeconds(30)));
    assertThat(status(after(state, probe(29, 1)))).isEqualTo("starting");
    assertThat(status(after(state, probe(31, 1)))).isEqualTo("unhealthy");
  }

  @Test
  void lastFiveResultsAreKept() {
    var state = running(withHealthcheck(3, Duration.ZERO));
    for (var second = 1; second <= 7; second++) {
      state = after(state, probe(second, 0));
    }
    assertThat(((State.Present) state).view().getStatus().getHealth().getLogList())
        .extracting(result -> result.getStart().getSeconds() - NOON.getEpochSecond())
        .containsExactly(3L, 4L, 5L, 6L, 7L);
  }

  private static Report probe(int second, int exitCode) {
    var start = NOON.plusSeconds(second);
    return new Report.Probed(
        1,
        HealthResult.newBuilder()
            .setStart(Timestamp.newBuilder().setSeconds(start.getEpochSecond()))
            .setExitCode(exitCode)
            .build(),
        start);
  }

  private static String status(State state) {
    return ((State.Present) state).view().getStatus().getHealth().getStatus();
  }
}
