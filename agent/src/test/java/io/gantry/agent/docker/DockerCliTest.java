package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stock {@code docker} command against the fake engine: what it parses, prints and returns. */
class DockerCliTest {
  private static ApiServer server;
  private static Path config;

  /** One ended command. */
  private record Ran(int code, String out, String err) {}

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "docker"))),
        "no docker command on PATH");
    server = new ApiServer();
    config = Files.createTempDirectory("gdc");
  }

  @AfterAll
  static void end() throws IOException {
    if (server != null) {
      server.close();
      Files.deleteIfExists(config);
    }
  }

  private static Ran docker(String input, String... arguments) {
    var command = new ArrayList<>(List.of("docker", "--host", "unix://" + server.socket()));
    command.addAll(List.of("--config", config.toString()));
    command.addAll(List.of(arguments));
    var out = config.resolveSibling(config.getFileName() + ".out");
    var err = config.resolveSibling(config.getFileName() + ".err");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It did not want it.
      }
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(command.toString()).isTrue();
      return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(out);
      delete(err);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String out(String... arguments) {
    var ran = docker("", arguments);
    assertThat(ran.code()).as(ran.toString()).isZero();
    return ran.out();
  }

  @Test
  void aRunPrintsAndReturnsTheCode() {
    assertThat(out("run", "--rm", "busybox", "echo", "hello")).isEqualTo("hello\n");
    assertThat(docker("", "run", "--rm", "busybox", "exit", "42").code()).isEqualTo(42);
    var both = docker("", "run", "busybox", "both");
    assertThat(both.out()).isEqualTo("out\n");
    assertThat(both.err()).contains("err\n");
  }

  @Test
  void inputReachesTheProcessToItsEnd() {
    assertThat(docker("typed\n", "run", "--rm", "-i", "busybox", "cat").out())
        .isEqualTo("typed\n<end of input>");
  }

  @Test
  void anImageThatIsMissingIsNamed() {
    var ran = docker("", "run", "nosuch", "true");
    assertThat(ran.code()).isEqualTo(125);
    assertThat(ran.err())
        .contains("Unable to find image 'nosuch:latest' locally")
        .contains("Error response from daemon: no such registry");
  }

  @Test
  void aContainerIsDrivenByItsName() {
    assertThat(out("run", "-d", "--name", "driven", "--label", "a=b", "busybox", "sleep", "9"))
        .matches("[0-9a-f]{64}\n");
    assertThat(out("ps", "--filter", "label=a=b", "--format", "{{.Names}} {{.State}} {{.Image}}"))
        .isEqualTo("driven running busybox\n");
    assertThat(out("exec", "driven", "echo", "inside")).isEqualTo("inside\n");
    assertThat(docker("x", "exec", "-i", "driven", "cat").out()).isEqualTo("x<end of input>");
    assertThat(docker("", "exec", "driven", "exit", "3").code()).isEqualTo(3);
    assertThat(out("inspect", "driven", "--format", "{{.State.Status}} {{.Config.Cmd}}"))
        .isEqualTo("running [sleep 9]\n");
    assertThat(out("top", "driven")).contains("4711");
    assertThat(out("stats", "--no-stream", "--format", "{{.PIDs}}", "driven")).isEqualTo("3\n");
    assertThat(out("pause", "driven")).isEqualTo("driven\n");
    assertThat(out("unpause", "driven")).isEqualTo("driven\n");
    assertThat(out("update", "--memory", "100m", "driven")).isEqualTo("driven\n");
    assertThat(out("rename", "driven", "driven2")).isEmpty();
    assertThat(out("stop", "driven2")).isEqualTo("driven2\n");
    assertThat(out("wait", "driven2")).isEqualTo("143\n");
    assertThat(out("rm", "driven2")).isEqualTo("driven2\n");
    var gone = docker("", "inspect", "driven2");
    assertThat(gone.code()).isEqualTo(1);
    assertThat(gone.err()).contains("No such object: driven2");
  }

  @Test
  void logsSplitTheStreams() {
    out("run", "-d", "--name", "logged", "busybox", "both");
    var ran = docker("", "logs", "-t", "logged");
    assertThat(ran.out()).isEqualTo("2026-11-21T10:00:00.500000000Z out\n");
    assertThat(ran.err()).isEqualTo("2026-11-21T10:00:00.500000000Z err\n");
  }

  @Test
  void errorsArePrintedAsMessages() {
    assertThat(docker("", "start", "nobody").err())
        .contains("Error response from daemon: No such container: nobody");
    assertThat(docker("", "service", "ls").err()).contains("This node is not a swarm manager");
  }

  @Test
  void imagesVolumesAndNetworksAreListed() {
    assertThat(out("images", "--format", "{{.Repository}}:{{.Tag}}")).contains("busybox:latest");
    assertThat(out("save", "busybox")).isEqualTo("tar of [busybox]");
    assertThat(docker("a tar", "load").out()).contains("Loaded image: loaded:latest");
    assertThat(out("volume", "create", "vol")).isEqualTo("vol\n");
    assertThat(out("volume", "ls", "-q")).contains("vol");
    assertThat(out("network", "ls", "--format", "{{.Name}}")).contains("bridge", "host", "none");
    assertThat(out("system", "df")).contains("Local Volumes");
    assertThat(out("info", "--format", "{{.LoggingDriver}} {{.Swarm.LocalNodeState}}"))
        .isEqualTo("json-file inactive\n");
    assertThat(out("version", "--format", "{{.Server.APIVersion}}")).isEqualTo("1.51\n");
  }
}
