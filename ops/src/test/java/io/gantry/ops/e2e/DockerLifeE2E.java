package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.Busybox.IMAGE;
import static io.gantry.ops.e2e.RunningAgent.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The verbs of a container's life, as they are typed. */
@Tag("host")
class DockerLifeE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  @Test
  void aCreatedContainerIsStartedStoppedStartedAgainAndRestarted() {
    AGENT.docker("create", "--name", "life", IMAGE, "sleep", "1000");
    assertThat(status("life")).isEqualTo("created");
    assertThat(AGENT.docker("start", "life")).isEqualTo("life");
    assertThat(status("life")).isEqualTo("running");
    AGENT.docker("stop", "-t", "0", "life");
    assertThat(AGENT.inspect("{{.State.Status}} {{.State.ExitCode}}", "life"))
        .isEqualTo("exited 137");
    AGENT.docker("start", "life");
    var pid = AGENT.inspect("{{.State.Pid}}", "life");
    AGENT.docker("restart", "-t", "0", "life");
    assertThat(AGENT.inspect("{{.State.Pid}}", "life")).isNotEqualTo(pid).isNotEqualTo("0");
    AGENT.remove("life");
  }

  @Test
  void aPausedContainerStandsStillAndGoesOn() {
    var id = AGENT.detached(IMAGE, "sh", "-c", "while :; do echo tick; sleep 0.05; done");
    AGENT.docker("pause", id);
    assertThat(status(id)).isEqualTo("paused");
    var refused = AGENT.docker().run("exec", id, "true");
    assertThat(refused.err()).contains("is paused, unpause the container before exec");
    var before = AGENT.docker("logs", id);
    assertThat(AGENT.docker("logs", id)).isEqualTo(before);
    AGENT.docker("unpause", id);
    Eventually.holds(SOON, () -> assertThat(AGENT.docker("logs", id)).isNotEqualTo(before));
    AGENT.remove(id);
  }

  @Test
  void aRenamedContainerIsFoundByItsNewNameOnly() {
    AGENT.detached("--name", "before", IMAGE, "sleep", "1000");
    AGENT.docker("rename", "before", "after");
    assertThat(status("after")).isEqualTo("running");
    var gone = AGENT.docker().run("inspect", "before");
    assertThat(gone.exit()).isEqualTo(1);
    assertThat(gone.err()).contains("o such object: before");
    AGENT.remove("after");
  }

  @Test
  void waitTellsTheExitCodesOfSeveral() {
    var first = AGENT.detached(IMAGE, "sh", "-c", "sleep 0.3; exit 3");
    var second = AGENT.detached(IMAGE, "sh", "-c", "exit 4");
    assertThat(AGENT.docker("wait", first, second)).isEqualTo("3\n4");
    AGENT.docker("rm", first, second);
  }

  @Test
  void killSendsAnySignalByNameOrNumber() {
    var id =
        AGENT.detached(IMAGE, "sh", "-c", "trap 'echo got' USR1; while :; do sleep 0.05; done");
    AGENT.docker("kill", "--signal", "SIGUSR1", id);
    Eventually.holds(SOON, () -> assertThat(AGENT.docker("logs", id)).isEqualTo("got"));
    AGENT.docker("kill", "-s", "10", id);
    Eventually.holds(SOON, () -> assertThat(AGENT.docker("logs", id)).isEqualTo("got\ngot"));
    assertThat(status(id)).isEqualTo("running");
    AGENT.docker("kill", id);
    Eventually.holds(
        SOON,
        () ->
            assertThat(AGENT.inspect("{{.State.Status}} {{.State.ExitCode}}", id))
                .isEqualTo("exited 137"));
    AGENT.docker("rm", id);
  }

  @Test
  void removingARunningContainerNeedsForce() {
    var id = AGENT.detached("--name", "busy", IMAGE, "sleep", "1000");
    var refused = AGENT.docker().run("rm", "busy");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err())
        .contains("cannot remove container \"/busy\": container is running")
        .contains("stop the container before removing or force remove");
    AGENT.docker("rm", "-f", id);
    assertThat(AGENT.docker("ps", "-aq", "--filter", "name=busy")).isEmpty();
  }

  @Test
  void aNameIsTakenOnce() {
    var id = AGENT.detached("--name", "only", IMAGE, "sleep", "1000");
    var second = AGENT.docker().run("run", "-d", "--name", "only", IMAGE, "true");
    assertThat(second.exit()).isEqualTo(125);
    assertThat(second.err())
        .contains("Conflict. The container name \"/only\" is already in use by container \"" + id);
    AGENT.remove(id);
  }

  @Test
  void topShowsTheProcessesWithTheHostsNumbers() {
    var id = AGENT.detached(IMAGE, "sleep", "1000");
    assertThat(AGENT.docker("top", id, "-o", "pid,args").lines())
        .containsExactly(
            "PID                 COMMAND",
            AGENT.inspect("{{.State.Pid}}", id)
                + " ".repeat(20 - AGENT.inspect("{{.State.Pid}}", id).length())
                + "sleep 1000");
    AGENT.remove(id);
  }

  @Test
  void statsCountWhatRuns() {
    var id = AGENT.detached("-m", "64m", "--name", "counted", IMAGE, "sleep", "1000");
    assertThat(
            AGENT.docker(
                "stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}} {{.PIDs}}", id))
        .startsWith("counted ")
        .endsWith(" / 64MiB 1");
    AGENT.remove(id);
  }

  @Test
  void logsAreCutByTailAndTime() {
    var id = AGENT.detached(IMAGE, "sh", "-c", "echo one; echo two >&2; sleep 1.1; echo three");
    AGENT.docker("wait", id);
    assertThat(AGENT.docker("logs", "--tail", "1", id)).isEqualTo("three");
    var both = AGENT.docker().run("logs", id);
    assertThat(both.out()).isEqualTo("one\nthree\n");
    assertThat(both.err()).isEqualTo("two\n");
    var stamped = AGENT.docker("logs", "-t", id).lines().toList();
    assertThat(stamped).allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z \\w+"));
    var last = stamped.getLast().split(" ")[0];
    assertThat(AGENT.docker("logs", "--since", last, id)).isEqualTo("three");
    var first = stamped.getFirst().split(" ")[0];
    assertThat(AGENT.docker("logs", "--until", first, id)).isEqualTo("one");
    AGENT.remove(id);
  }

  @Test
  void anAttachedTerminalIsLeftByItsKeysAndTheContainerGoesOn() {
    AGENT.docker("create", "-it", "--name", "left", IMAGE, "sh");
    AGENT.docker("start", "left");
    var shown =
        AGENT
            .docker()
            .typed("echo in-$((40+2))\n\u0018x", "attach", "--detach-keys", "ctrl-x,x", "left");
    assertThat(shown.out()).contains("read escape sequence");
    Eventually.holds(SOON, () -> assertThat(AGENT.docker("logs", "left")).contains("in-42"));
    assertThat(status("left")).isEqualTo("running");
    AGENT.remove("left");
  }

  @Test
  void startAttachedShowsTheOutputFromItsBeginningAndTheCode() {
    AGENT.docker("create", "--name", "attached", IMAGE, "sh", "-c", "echo at once; exit 6");
    assertThat(AGENT.docker().run("start", "-a", "attached"))
        .isEqualTo(new Command.Result(6, "at once\n", ""));
    AGENT.remove("attached");
  }

  @Test
  void anExecHasItsUserEnvironmentDirectoryAndMayBeDetached() {
    var id = AGENT.detached(IMAGE, "sleep", "1000");
    assertThat(
            AGENT.docker(
                "exec",
                "-u",
                "7",
                "-e",
                "X=y",
                "-w",
                "/tmp",
                id,
                "sh",
                "-c",
                "id -u; echo $X; pwd"))
        .isEqualTo("7\ny\n/tmp");
    AGENT.docker("exec", "-d", id, "touch", "/tmp/done");
    Eventually.holds(
        SOON, () -> assertThat(AGENT.docker("exec", id, "ls", "/tmp")).isEqualTo("done"));
    var missing = AGENT.docker().run("exec", id, "no-such-program");
    assertThat(missing.exit()).isEqualTo(127);
    var stopped = AGENT.detached(IMAGE, "true");
    AGENT.docker("wait", stopped);
    assertThat(AGENT.docker().run("exec", stopped, "true").err()).contains("is not running");
    AGENT.remove(id);
    AGENT.remove(stopped);
  }

  @Test
  void anAutoRemovedContainerIsGoneWithItsAnonymousVolume() {
    var volumes = AGENT.docker("volume", "ls", "-q");
    AGENT.run("--name", "brief", "-v", "/data", IMAGE, "true");
    assertThat(AGENT.docker("ps", "-aq", "--filter", "name=brief")).isEmpty();
    Eventually.holds(SOON, () -> assertThat(AGENT.docker("volume", "ls", "-q")).isEqualTo(volumes));
  }

  @Test
  void limitsOfARunningContainerAreChanged() {
    var id = AGENT.detached("-m", "64m", IMAGE, "sleep", "1000");
    AGENT.docker("update", "-m", "128m", "--memory-swap", "128m", "--restart", "always", id);
    assertThat(AGENT.inspect("{{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}", id))
        .isEqualTo("134217728 always");
    assertThat(
            AGENT.docker(
                "exec",
                id,
                "sh",
                "-c",
                "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null"
                    + " || cat /sys/fs/cgroup/memory.max"))
        .isEqualTo("134217728");
    AGENT.remove(id);
  }

  @Test
  void aFollowerOfEventsHearsThemAsTheyHappen() throws IOException, InterruptedException {
    var events =
        AGENT
            .docker()
            .start(
                "events",
                "--since",
                "5m",
                "--filter",
                "container=heard",
                "--format",
                "{{.Action}}");
    try (var lines = events.inputReader(StandardCharsets.UTF_8)) {
      AGENT.run("--name", "heard", IMAGE, "true");
      for (var expected : new String[] {"create", "attach", "start", "die", "destroy"}) {
        assertThat(lines.readLine()).isEqualTo(expected);
      }
    } finally {
      events.destroy();
      assertThat(events.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static String status(String container) {
    return AGENT.inspect("{{.State.Status}}", container);
  }
}
