package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.Busybox.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Restart policies and health checks over real processes. */
@Tag("host")
class DockerHealingE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void onFailureStartsAgainAsOftenAsItMay() {
    var id = AGENT.detached("--restart", "on-failure:2", IMAGE, "sh", "-c", "echo run; exit 3");
    Eventually.holds(
        SOON,
        () ->
            assertThat(AGENT.inspect("{{.State.Status}} {{.RestartCount}}", id))
                .isEqualTo("exited 2"));
    assertThat(AGENT.docker("logs", id)).isEqualTo("run\nrun\nrun");
    AGENT.remove(id);
  }

  @Test
  void onFailureLeavesASuccessAlone() {
    var id = AGENT.detached("--restart", "on-failure", IMAGE, "true");
    AGENT.docker("wait", id);
    assertThat(AGENT.inspect("{{.State.Status}} {{.RestartCount}}", id)).isEqualTo("exited 0");
    AGENT.remove(id);
  }

  @Test
  void aStopIsTheUsersWishAndADeathIsNot() {
    var id = AGENT.detached("--restart", "unless-stopped", IMAGE, "sleep", "1000");
    var first = AGENT.inspect("{{.State.Pid}}", id);
    Command.run(List.of("kill", "-9", first)).succeeded();
    Eventually.holds(
        SOON,
        () ->
            assertThat(AGENT.inspect("{{.State.Running}} {{.RestartCount}}", id))
                .isEqualTo("true 1"));
    AGENT.docker("stop", "-t", "0", id);
    assertThat(AGENT.inspect("{{.State.Status}}", id)).isEqualTo("exited");
    AGENT.remove(id);
  }

  @Test
  void healthIsProbedAndTold() {
    var id =
        AGENT.detached(
            "--health-cmd",
            "test -f /well",
            "--health-interval",
            "200ms",
            "--health-retries",
            "2",
            "--health-timeout",
            "5s",
            IMAGE,
            "sleep",
            "1000");
    assertThat(AGENT.inspect("{{.State.Health.Status}}", id)).isIn("starting", "unhealthy");
    becomes(id, "unhealthy");
    AGENT.docker("exec", id, "touch", "/well");
    becomes(id, "healthy");
    assertThat(AGENT.inspect("{{.State.Health.FailingStreak}}", id)).isEqualTo("0");
    assertThat(AGENT.docker("ps", "--filter", "health=healthy", "--format", "{{.Status}}"))
        .endsWith("(healthy)");
    var told =
        AGENT.docker(
            "events",
            "--since",
            "10m",
            "--until=-1s",
            "--filter",
            "container=" + id,
            "--filter",
            "event=health_status",
            "--format",
            "{{.Action}}");
    assertThat(told.lines()).containsExactly("health_status: unhealthy", "health_status: healthy");
    AGENT.remove(id);
  }

  @Test
  void aProbeThatTakesTooLongIsAFailure() {
    var id =
        AGENT.detached(
            "--health-cmd",
            "sleep 60",
            "--health-interval",
            "100ms",
            "--health-retries",
            "1",
            "--health-timeout",
            "300ms",
            IMAGE,
            "sleep",
            "1000");
    becomes(id, "unhealthy");
    assertThat(AGENT.inspect("{{(index .State.Health.Log 0).Output}}", id))
        .contains("Health check exceeded timeout (300ms)");
    AGENT.remove(id);
  }

  private static void becomes(String container, String health) {
    Eventually.holds(
        SOON,
        () -> assertThat(AGENT.inspect("{{.State.Health.Status}}", container)).isEqualTo(health));
  }
}
