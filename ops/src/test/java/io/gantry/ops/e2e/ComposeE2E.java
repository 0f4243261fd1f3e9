package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Debian's docker-compose, unmodified, with an application of five services whose image our own
 * builder makes of Debian's packages: nginx before an API, Redis with a volume, a worker, a one-off
 * migration. The tests are one life of it, in order: starting it costs more than all they do.
 *
 * <p>Where Redis or nginx could not be fetched, scripts of busybox stand for them, and {@link
 * #theApplicationIsMadeOfDebiansPackages} is skipped with the reason.
 */
@Tag("host")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ComposeE2E {
  private static final Path SCENARIO =
      Path.of("src/test/clients/compose/scenario.sh").toAbsolutePath();

  /** Where ./dev puts the packages. */
  private static final Path PACKAGES =
      Path.of("../.gantry-dev/clients/application").toAbsolutePath().normalize();

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int KILLS = 3;
  private static final int CLIENTS = 2;

  private static @Nullable TempHost host;
  private static @Nullable AgentProcess agent;

  @BeforeAll
  static void startTheApplication() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/docker-compose")), "docker-compose is not installed");
    host = TempHost.create();
    agent = AgentProcess.start(host);
    Busybox.importInto(host);
    Files.createDirectory(application());
    scenario("up", PACKAGES.toString()).succeeded();
  }

  @AfterAll
  static void stop() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    }
  }

  private static Path application() {
    return host().directory().resolve("application");
  }

  private static TempHost host() {
    if (host == null) {
      throw new IllegalStateException("there is no host");
    }
    return host;
  }

  @Test
  @Order(1)
  void theApplicationIsMadeOfDebiansPackages() {
    assumeTrue(
        Files.exists(PACKAGES.resolve("usr/sbin/nginx"))
            && Files.exists(PACKAGES.resolve("usr/bin/redis-cli")),
        "scripts of busybox stand for Redis and nginx, which are not in " + PACKAGES);
    assertThat(compose("exec", "-T", "db", "redis-server", "--version").succeeded())
        .startsWith("Redis server v=");
    assertThat(compose("exec", "-T", "web", "nginx", "-v").err()).contains("nginx version");
  }

  @Test
  @Order(2)
  void peopleWorkWithTheRunningApplication() {
    scenario("check").succeeded();
  }

  @Test
  @Order(3)
  void noRequestFailsWhileTheAgentIsKilledAndStartedAgain() throws IOException {
    var before = containers("{{.Names}} {{.ID}} {{.CreatedAt}}");
    var clients = new ArrayList<Process>();
    for (var client = 0; client < CLIENTS; client++) {
      clients.add(begin("requests"));
    }
    for (var kill = 0; kill < KILLS; kill++) {
      agent().lives(Duration.ofMillis(500));
      agent().kill();
      agent = AgentProcess.start(host());
    }
    agent().lives(Duration.ofMillis(500));
    Files.createFile(application().resolve("enough"));
    for (var client : clients) {
      var result = Command.finished(List.of("requests"), client, "");
      System.out.printf("ComposeE2E: while the agent was killed: %s", result.out());
      assertThat(result.exit()).as("%s%n%s", result.out(), result.err()).isZero();
    }
    assertThat(containers("{{.Names}} {{.ID}} {{.CreatedAt}}")).isEqualTo(before);
  }

  @Test
  @Order(4)
  void afterARebootItsRestartPoliciesDecideWhatRuns() {
    compose("stop", "worker").succeeded();

    agent().kill();
    host().reboot();
    agent = AgentProcess.start(host());

    Eventually.holds(SOON, () -> assertThat(page()).startsWith("page of schema 1 count "));
    assertThat(services("running")).containsExactlyInAnyOrder("db", "api", "web");
    assertThat(services("exited")).containsExactlyInAnyOrder("migrate", "worker");
    compose("up", "-d").succeeded();
    assertThat(services("running")).contains("worker");
  }

  @Test
  @Order(5)
  void aHundredOfThemStartAtOnce() {
    var up = List.of("up", "-d", "--no-deps", "--scale", "worker=100", "worker");
    Command.run(words(List.of("PAUSE=20"), "compose", up.toArray(String[]::new))).succeeded();
    assertThat(services("running")).filteredOn("worker"::equals).hasSize(100);
    Eventually.holds(
        SOON,
        () ->
            assertThat(compose("logs", "--no-color", "--tail=1", "worker").succeeded().lines())
                .filteredOn(line -> line.contains("worked"))
                .hasSize(100));
    assertThat(page()).startsWith("page of schema 1 count ");
  }

  @Test
  @Order(6)
  void downLeavesNothing() throws IOException {
    scenario("down").succeeded();
    agent().terminate();
    assertThat(host().leftovers()).isEmpty();
    assertThat(entries("containers")).isEmpty();
    assertThat(entries("volumes")).isEmpty();
    agent = AgentProcess.start(host());
  }

  private static AgentProcess agent() {
    if (agent == null) {
      throw new IllegalStateException("there is no agent");
    }
    return agent;
  }

  private static String page() {
    var url = "http://127.0.0.1:18080/cgi-bin/page";
    return Command.run(host().inNetwork(List.of("curl", "-fsS", "--max-time", "10", url)))
        .succeeded();
  }

  /** The service of each container in this state. */
  private static List<String> services(String state) {
    var words = List.of("--filter", "status=" + state, "--format");
    return listed(words, "{{.Label \"com.docker.compose.service\"}}");
  }

  private static List<String> containers(String template) {
    return listed(List.of("--no-trunc", "--format"), template);
  }

  private static List<String> listed(List<String> options, String template) {
    var words = new ArrayList<>(List.of("ps", "-a"));
    words.addAll(options);
    words.add(template);
    return new DockerCli(host())
        .run(words.toArray(String[]::new))
        .succeeded()
        .lines()
        .sorted()
        .toList();
  }

  private static List<String> entries(String directory) throws IOException {
    var path = host().state().resolve(directory);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (var files = Files.list(path)) {
      return files.map(Path::toString).toList();
    }
  }

  private static Command.Result compose(String... words) {
    return scenario("compose", words);
  }

  private static Command.Result scenario(String step, String... words) {
    return Command.run(words(List.of(), step, words));
  }

  private static Process begin(String step) {
    try {
      return new ProcessBuilder(words(List.of(), step)).start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static List<String> words(List<String> environment, String step, String... more) {
    var words =
        new ArrayList<>(
            List.of(
                "env",
                "DOCKER_HOST=unix://" + host().dockerSocket(),
                "IMAGE=" + Busybox.IMAGE,
                "HOME=" + host().directory()));
    words.addAll(environment);
    words.addAll(List.of("bash", SCENARIO.toString(), step, application().toString()));
    words.addAll(List.of(more));
    return host().inNetwork(words);
  }
}
