package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gantry.ops.clients.Scenarios;
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
  @ValueSource(strings = {"DockerJavaScenario", "TestcontainersScenario"})
  void javaLibraries(String scenario) {
    succeeds(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-Dimage=" + Busybox.IMAGE,
            "-cp",
            System.getProperty("java.class.path"),
            Scenarios.class.getName(),
            "io.gantry.ops.clients." + scenario));
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
  private static void succeeds(List<String> words) {
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
    all.addAll(words);
    var result = Command.run(AGENT.host().inNetwork(all));
    assertThat(result.exit()).as("%s%n%s", result.out(), result.err()).isZero();
  }
}
