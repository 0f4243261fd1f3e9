package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Samples.NOON;
import static io.gantry.agent.container.lifecycle.Samples.after;
import static io.gantry.agent.container.lifecycle.Samples.running;
import static io.gantry.agent.container.lifecycle.Samples.spec;
import static io.gantry.agent.container.lifecycle.Samples.withHealthcheck;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.v1.HealthResult;
import io.gantry.protocol.v1.HealthStatus;
import io.gantry.protocol.v1.HealthcheckSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final HealthStatus STARTING =
      HealthStatus.newBuilder().setStatus("starting").build();

  @Test
  void checkedContainerBeginsInStarting() {
    assertThat(status(running(withHealthcheck(3, Duration.ZERO)))).isEqualTo("starting");
  }

  @Test
  void containerWithoutACheckHasNoHealth() {
    var state = after(running(spec()), report("healthy", 1, 0));
    assertThat(((State.Present) state).view().getStatus().hasHealth()).isFalse();
  }

  @Test
  void oneSuccessIsHealthy() {
    assertThat(judged(STARTING, check(3, 0), 1, 0).getStatus()).isEqualTo("healthy");
  }

  @Test
  void failuresInARowAreUnhealthyOnlyFromTheBoundOn() {
    var health = judged(STARTING, check(2, 0), 1, 1);
    assertThat(health.getStatus()).isEqualTo("starting");
    health = judged(health, check(2, 0), 2, 1);
    assertThat(health.getStatus()).isEqualTo("unhealthy");
    assertThat(judged(health, check(2, 0), 3, 0).getStatus()).isEqualTo("healthy");
  }

  @Test
  void failuresInTheStartPeriodDoNotCount() {
    assertThat(judged(STARTING, check(1, 30), 29, 1).getStatus()).isEqualTo("starting");
    assertThat(judged(STARTING, check(1, 30), 31, 1).getStatus()).isEqualTo("unhealthy");
  }

  @Test
  void lastFiveResultsAreKept() {
    var health = STARTING;
    for (var second = 1; second <= 7; second++) {
      health = judged(health, check(3, 0), second, 0);
    }
    assertThat(health.getLogList())
        .extracting(one -> one.getStart().getSeconds() - NOON.getEpochSecond())
        .containsExactly(3L, 4L, 5L, 6L, 7L);
  }

  @Test
  void onlyAChangeOfTheStatusIsRecorded() {
    var healthy = after(running(withHealthcheck(3, Duration.ZERO)), report("healthy", 1, 0));
    assertThat(status(healthy)).isEqualTo("healthy");
    assertThat(Lifecycle.observe(healthy, report("healthy", 2, 0)).events()).isEmpty();
    assertThat(Lifecycle.observe(healthy, report("unhealthy", 3, 1)).events())
        .containsExactly(
            new ContainerEvent.HealthChecked(1, "unhealthy", 0, result(3, 1), NOON.plusSeconds(3)));
  }

  private static HealthStatus judged(
      HealthStatus before, HealthcheckSpec check, int second, int exitCode) {
    return Health.judge(before, check, NOON, result(second, exitCode));
  }

  private static HealthcheckSpec check(int retries, int startPeriodSeconds) {
    return HealthcheckSpec.newBuilder()
        .setRetries(retries)
        .setStartPeriodNanos(Duration.ofSeconds(startPeriodSeconds).toNanos())
        .build();
  }

  private static HealthResult result(int second, int exitCode) {
    return HealthResult.newBuilder()
        .setStart(Timestamp.newBuilder().setSeconds(NOON.plusSeconds(second).getEpochSecond()))
        .setExitCode(exitCode)
        .build();
  }

  private static Report report(String status, int second, int exitCode) {
    return new Report.Probed(
        1,
        HealthStatus.newBuilder().setStatus(status).build(),
        result(second, exitCode),
        NOON.plusSeconds(second));
  }

  private static String status(State state) {
    return ((State.Present) state).view().getStatus().getHealth().getStatus();
  }
}
