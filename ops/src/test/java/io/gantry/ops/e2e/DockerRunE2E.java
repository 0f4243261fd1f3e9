package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The main job: what one types at a docker command line behaves as with dockerd. */
@Tag("host")
class DockerRunE2E {
  private static final String IMAGE = Busybox.IMAGE;
  private static final Duration SOON = Duration.ofSeconds(10);

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerCli docker;

  @BeforeAll
  static void startAgent() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    host = TempHost.create();
    agent = AgentProcess.start(host);
    docker = new DockerCli(host);
    Busybox.importInto(host);
  }

  @AfterAll
  static void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    }
  }

  @Test
  void runPrintsWhatTheContainerPrints() {
    assertThat(docker.run("run", "--rm", IMAGE, "echo", "hello").succeeded()).isEqualTo("hello\n");
  }

  @Test
  void runKeepsTheTwoStreamsApartAndReturnsTheExitCode() {
    var result = docker.run("run", "--rm", IMAGE, "sh", "-c", "echo out; echo err >&2; exit 7");
    assertThat(result).isEqualTo(new Command.Result(7, "out\n", "err\n"));
  }

  @Test
  void runReadsItsInputToTheEnd() {
    var input = "a line\n".repeat(10_000);
    assertThat(docker.runWithInput(input, "run", "-i", "--rm", IMAGE, "cat").succeeded())
        .isEqualTo(input);
  }

  @Test
  void runAtATerminalHasItsSizeAndTakesTyping() {
    var shown = docker.typed("stty size; exit 3\n", "run", "-it", "--rm", IMAGE, "sh");
    assertThat(shown.exit()).isEqualTo(3);
    assertThat(shown.out()).contains("24 80");
  }

  @Test
  void aMissingProgramIsExitCode127() {
    var result = docker.run("run", "--rm", IMAGE, "no-such-program");
    assertThat(result.exit()).isEqualTo(127);
    assertThat(result.err()).contains("no-such-program");
  }

  @Test
  void aPublishedPortAnswersOnTheHost() {
    var id = detached("-p", "18080:80", IMAGE, "httpd", "-f", "-p", "80", "-h", "/etc");
    Eventually.holds(SOON, () -> assertThat(fetched("127.0.0.1:18080/passwd")).contains("nobody"));
    docker.run("rm", "-f", id).succeeded();
    assertThat(Command.run(host.inNetwork(fetch("127.0.0.1:18080/passwd"))).exit()).isNotZero();
  }

  @Test
  void execRunsBesideTheContainersProcess() {
    var id = detached("-e", "WHO=container", IMAGE, "sleep", "1000");
    assertThat(docker.run("exec", id, "sh", "-c", "echo $WHO; exit 5"))
        .isEqualTo(new Command.Result(5, "container\n", ""));
    assertThat(docker.runWithInput("typed", "exec", "-i", id, "cat").succeeded())
        .isEqualTo("typed");
    docker.run("rm", "-f", id).succeeded();
  }

  @Test
  void logsAreFollowedUntilTheContainerEnds() throws IOException {
    var id = detached(IMAGE, "sh", "-c", "echo first; sleep 1; echo last");
    var follow = docker.start("logs", "-f", id);
    try (var lines =
        new BufferedReader(
            new InputStreamReader(follow.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.lines()).containsExactly("first", "last");
    }
    docker.run("rm", "-f", id).succeeded();
  }

  @Test
  void stopSendsItsSignalAndTheEventsTellTheStory() {
    var id =
        detached(
            "--name",
            "story",
            IMAGE,
            "sh",
            "-c",
            "trap 'exit 9' TERM; while :; do sleep 0.1; done");
    docker.run("stop", "story").succeeded();
    assertThat(docker.run("inspect", "-f", "{{.State.ExitCode}}", id).succeeded()).isEqualTo("9\n");
    docker.run("rm", "story").succeeded();
    var events =
        docker
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
    var id = detached("-v", "/data", "--tmpfs", "/scratch", IMAGE, "sleep", "1000");
    assertThat(host.leftovers()).anyMatch(line -> line.contains(id));
    docker.run("rm", "-fv", id).succeeded();
    Eventually.holds(SOON, () -> assertThat(host.leftovers()).noneMatch(line -> line.contains(id)));
  }

  private static String detached(String... arguments) {
    var words = new ArrayList<>(List.of("run", "-d"));
    words.addAll(List.of(arguments));
    return docker.run(words.toArray(String[]::new)).succeeded().strip();
  }

  private static String fetched(String address) {
    return Command.run(host.inNetwork(fetch(address))).succeeded();
  }

  private static List<String> fetch(String address) {
    return List.of("curl", "-sS", "--max-time", "5", "http://" + address);
  }
}
