package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.HealthStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static Timestamp ago(long seconds) {
    return Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - seconds).build();
  }

  private static String text(ContainerStatus.Builder status) {
    return StatusText.of(Container.newBuilder().setStatus(status).build(), NOW);
  }

  private static ContainerStatus.Builder running(long seconds) {
    return ContainerStatus.newBuilder().setState(ContainerState.RUNNING).setStartedAt(ago(seconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|Less than a second",
        "1|1 second",
        "3|3 seconds",
        "59|59 seconds",
        "60|About a minute",
        "119|About a minute",
        "120|2 minutes",
        "3599|59 minutes",
        "3600|About an hour",
        "5399|About an hour",
        "5400|2 hours",
        "7200|2 hours",
        "170000|47 hours",
        "172800|2 days",
        "1123200|13 days",
        "1209600|2 weeks",
        "5097600|8 weeks",
        "5184000|2 months",
        "62899200|24 months",
        "63072000|2 years"
      })
  void durationsReadAsDockerSaysThem(long seconds, String words) {
    assertThat(StatusText.human(Duration.ofSeconds(seconds))).isEqualTo(words);
  }

  @Test
  void aRunningContainerIsUp() {
    assertThat(text(running(3))).isEqualTo("Up 3 seconds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "starting|' (health: starting)'",
        "healthy|' (healthy)'",
        "unhealthy|' (unhealthy)'"
      })
  void healthStandsBehind(String health, String suffix) {
    assertThat(text(running(3).setHealth(HealthStatus.newBuilder().setStatus(health))))
        .isEqualTo("Up 3 seconds" + suffix);
  }

  @Test
  void otherStatesHaveTheirWords() {
    assertThat(text(running(7200).setState(ContainerState.PAUSED)))
        .isEqualTo("Up 2 hours (Paused)");
    assertThat(
            text(
                ContainerStatus.newBuilder()
                    .setState(ContainerState.EXITED)
                    .setFinishedAt(ago(120))))
        .isEqualTo("Exited (0) 2 minutes ago");
    assertThat(
            text(
                ContainerStatus.newBuilder()
                    .setState(ContainerState.RESTARTING)
                    .setExitCode(1)
                    .setFinishedAt(ago(5))))
        .isEqualTo("Restarting (1) 5 seconds ago");
    assertThat(text(ContainerStatus.newBuilder().setState(ContainerState.CREATED)))
        .isEqualTo("Created");
    assertThat(text(ContainerStatus.newBuilder().setState(ContainerState.REMOVING)))
        .isEqualTo("Removal In Progress");
    assertThat(text(ContainerStatus.newBuilder().setState(ContainerState.DEAD))).isEqualTo("Dead");
  }
}
