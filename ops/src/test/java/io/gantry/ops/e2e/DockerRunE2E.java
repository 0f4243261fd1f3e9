package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.RunningAgent.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main job: what one types at a docker command line behaves as with dockerd. */
@Tag("host")
class DockerRunE2E {
  private static final String IMAGE = Busybox.IMAGE;

  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  @Test
  void runPrintsWhatTheContainerPrints() {
    assertThat(AGENT.docker().run("run", "--rm", IMAGE, "echo", "hello").succeeded())
        .isEqualTo("hello\n");
  }

  @Test
  void runKeepsTheTwoStreamsApartAndReturnsTheExitCode() {
    var result =
        AGENT.docker().run("run", "--rm", IMAGE, "sh", "-c", "echo out; echo err >&2; exit 7");
    assertThat(result).isEqualTo(new Command.Result(7, "out\n", "err\n"));
  }

  @Test
  void runReadsItsInputToTheEnd() {
    var input = "a line\n".repeat(10_000);
    assertThat(AGENT.docker().runWithInput(input, "run", "-i", "--rm", IMAGE, "cat").succeeded())
        .isEqualTo(input);
  }

  @Test
  void runAtATerminalHasItsSizeAndTakesTyping() {
    var shown = AGENT.docker().typed("stty size; exit 3\n", "run", "-it", "--rm", IMAGE, "sh");
    assertThat(shown.exit()).isEqualTo(3);
    assertThat(shown.out()).contains("24 80");
  }

  @Test
  void aMissingProgramIsExitCode127() {
    var result = AGENT.docker().run("run", "--rm", IMAGE, "no-such-program");
    assertThat(result.exit()).isEqualTo(127);
    assertThat(result.err()).contains("no-such-program");
  }

  @Test
  void aPublishedPortAnswersOnTheHost() {
    var id = AGENT.detached("-p", "18080:80", IMAGE, "httpd", "-f", "-p", "80", "-h", "/etc");
    Eventually.holds(SOON, () -> assertThat(fetched("127.0.0.1:18080/passwd")).contains("nobody"));
    AGENT.docker().run("rm", "-f", id).succeeded();
    assertThat(Command.run(AGENT.host().inNetwork(fetch("127.0.0.1:18080/passwd"))).exit())
        .isNotZero();
  }

  @Test
  void execRunsBesideTheContainersProcess() {
    var id = AGENT.detached("-e", "WHO=container", IMAGE, "sleep", "1000");
    assertThat(AGENT.docker().run("exec", id, "sh", "-c", "echo $WHO; exit 5"))
        .isEqualTo(new Command.Result(5, "container\n", ""));
    assertThat(AGENT.docker().runWithInput("typed", "exec", "-i", id, "cat").succeeded())
        .isEqualTo("typed");
    AGENT.docker().run("rm", "-f", id).succeeded();
  }

  @Test
  void logsAreFollowedUntilTheContainerEnds() throws IOException {
    var id = AGENT.detached(IMAGE, "sh", "-c", "echo first; sleep 1; echo last");
    var follow = AGENT.docker().start("logs", "-f", id);
    try (var lines =
        new BufferedReader(
            new InputStreamReader(follow.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.lines()).containsExactly("first", "last");
    }
    AGENT.docker().run("rm", "-f", id).succeeded();
  }

  @Test
  void stopSendsItsSignalAndTheEventsTellTheStory() {
    var id =
        AGENT.detached(
            "--name",
            "story",
            IMAGE,
            "sh",
            "-c",
            "trap 'exit 9' TERM; while :; do sleep 0.1; done");
    AGENT.docker().run("stop", "story").succeeded();
    assertThat(AGENT.docker().run("inspect", "-f", "{{.State.ExitCode}}", id).succeeded())
        .isEqualTo("9\n");
    AGENT.docker().run("rm", "story").succeeded();
    var events =
        AGENT
            .docker()
            .run(
                "events",
                "--since",
                "10m",
                "--until=-1s",
                "-f",
                "container=story",
                "--format",
                "{{.Action}}")
            .succeeded();
    assertThat(events.lines())
        .containsSubsequence("create", "start", "kill", "die", "stop", "destroy");
  }

  @Test
  void aRemovedContainerLeavesNothingOnTheHost() {
    var id = AGENT.detached("-v", "/data", "--tmpfs", "/scratch", IMAGE, "sleep", "1000");
    assertThat(AGENT.host().leftovers()).anyMatch(line -> line.contains(id));
    AGENT.docker().run("rm", "-fv", id).succeeded();
    Eventually.holds(
        SOON, () -> assertThat(AGENT.host().leftovers()).noneMatch(line -> line.contains(id)));
  }

  private static String fetched(String address) {
    return Command.run(AGENT.host().inNetwork(fetch(address))).succeeded();
  }

  private static List<String> fetch(String address) {
    return List.of("curl", "-sS", "--max-time", "5", "http://" + address);
  }
}
