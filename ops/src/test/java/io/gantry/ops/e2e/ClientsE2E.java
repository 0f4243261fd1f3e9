package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gantry.ops.clients.Leaving;
import io.gantry.ops.clients.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client libraries of other projects, unmodified, against a started agent. */
@Tag("host")
final class ClientsE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  private static final Path SCENARIOS = Path.of("src/test/clients").toAbsolutePath();

  /** Where ./dev puts what it fetches for these tests. */
  private static final Path CLIENTS =
      Path.of("../.gantry-dev/clients").toAbsolutePath().normalize();

  private static final Path NODE_MODULES = CLIENTS.resolve("node_modules");

  @ParameterizedTest
  @ValueSource(strings = {"DockerJavaScenario", "DockerJavaMoreScenario", "TestcontainersScenario"})
  void javaLibraries(String scenario) {
    succeeds(java(Scenarios.class, "io.gantry.ops.clients." + scenario));
  }

  /** Its reaper is a container that is handed the engine's socket. */
  @Test
  void whatAKilledTestProgramLeftIsReaped() throws IOException {
    assumeTrue(DockerCli.installed(), "Docker's command line is not installed");
    var context = AGENT.host().directory().resolve("reaper");
    Command.run(List.of("cp", "-r", SCENARIOS.resolve("reaper").toString(), context.toString()))
        .succeeded();
    withItsLibraries(Path.of("/usr/bin/docker"), context.resolve("root"));
    AGENT.docker(
        "build",
        "-q",
        "--build-arg",
        "IMAGE=" + Busybox.IMAGE,
        "-t",
        "reaper:test",
        context.toString());
    var said =
        succeeds(
            java(Leaving.class),
            "TESTCONTAINERS_RYUK_DISABLED=false",
            "TESTCONTAINERS_RYUK_CONTAINER_IMAGE=reaper:test",
            "TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE=" + AGENT.host().dockerSocket());
    var left = said.substring(said.indexOf("left ") + 5).strip();
    Eventually.holds(
        RunningAgent.SOON.multipliedBy(2),
        () -> {
          assertThat(AGENT.docker("ps", "-aq", "--filter", "id=" + left)).isEmpty();
          assertThat(AGENT.docker("ps", "-aq", "--filter", "ancestor=reaper:test")).isEmpty();
          assertThat(AGENT.docker("network", "ls", "-q", "--filter", "label=org.testcontainers"))
              .isEmpty();
        });
    AGENT.docker("rmi", "reaper:test");
  }

  /** In a directory tree of its own, where the program runs without the host's files. */
  private static void withItsLibraries(Path program, Path root) throws IOException {
    var files = new ArrayList<>(List.of(program.toString()));
    for (var line : Command.run(List.of("ldd", program.toString())).out().lines().toList()) {
      for (var word : line.strip().split(" ")) {
        if (word.startsWith("/")) {
          files.add(word);
        }
      }
    }
    for (var file : files) {
      var target = root.resolve(file.substring(1));
      Files.createDirectories(target.getParent());
      Files.copy(Path.of(file), target);
    }
  }

  private static List<String> java(Class<?> program, String... arguments) {
    var words =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-Dimage=" + Busybox.IMAGE,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    words.addAll(List.of(arguments));
    return words;
  }

  @Test
  void python() {
    var python = "/usr/bin/python3";
    assumeTrue(
        Files.isExecutable(Path.of(python))
            && Command.run(List.of(python, "-c", "import docker")).exit() == 0,
        "python3-docker is not installed");
    succeeds(
        List.of(
            python,
            "-W",
            "ignore",
            SCENARIOS.resolve("python/scenario.py").toString(),
            Busybox.IMAGE));
  }

  @Test
  void dockerode() {
    assumeTrue(
        Files.isDirectory(NODE_MODULES.resolve("dockerode")),
        "dockerode is not in " + NODE_MODULES);
    succeeds(List.of("node", "--test", SCENARIOS.resolve("dockerode/scenario.js").toString()));
  }

  @Test
  void dokku() {
    assumeTrue(DockerCli.installed(), "Docker's command line is not installed");
    succeeds(List.of("bash", SCENARIOS.resolve("dokku/scenario.sh").toString(), Busybox.IMAGE));
  }

  /** In the agent's network, with the environment that such programs read. */
  private static String succeeds(List<String> words, String... more) {
    var environment =
        List.of(
            "env",
            "DOCKER_HOST=unix://" + AGENT.host().dockerSocket(),
            "IMAGE=" + Busybox.IMAGE,
            "NODE_PATH=" + NODE_MODULES,
            "HOME=" + AGENT.host().directory(),
            "TESTCONTAINERS_RYUK_DISABLED=true",
            "TESTCONTAINERS_CHECKS_DISABLE=true");
    var all = new ArrayList<>(environment);
    all.addAll(List.of(more));
    all.addAll(words);
    var result = Command.run(AGENT.host().inNetwork(all));
    assertThat(result.exit()).as("%s%n%s", result.out(), result.err()).isZero();
    return result.out();
  }
}
