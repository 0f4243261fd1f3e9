package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Services on three hosts as Docker's own command line uses them, at any host's sockets. */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "a minute: ./dev e2e ServicesE2E")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServicesE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static TempHosts hosts;

  @BeforeAll
  static void start() throws IOException {
    hosts = TempHosts.start(3);
    for (var number = 1; number <= hosts.count(); number++) {
      Busybox.importInto(hosts.host(number));
    }
  }

  @AfterAll
  static void end() {
    if (hosts != null) {
      for (var name : docker(1, "service", "ls", "-q").out().lines().toList()) {
        docker(1, "service", "rm", name);
      }
      Eventually.holds(SOON, () -> assertThat(cluster(1, "ps", "-aq").succeeded()).isBlank());
      hosts.close();
    }
  }

  /** One host's own socket. */
  private static Command.Result docker(int number, String... words) {
    return hosts.docker(number).run(words);
  }

  /** All hosts, through one of them. */
  private static Command.Result cluster(int number, String... words) {
    return hosts.cluster(number).run(words);
  }

  private static List<String> running(String service) {
    return docker(
            1,
            "service",
            "ps",
            "--filter",
            "desired-state=running",
            "--format",
            "{{.Name}} {{.Node}} {{.CurrentState}}",
            service)
        .succeeded()
        .lines()
        .map(line -> line.replaceFirst(" (Running) .*", " $1"))
        .sorted()
        .toList();
  }

  @Test
  @Order(1)
  void aSwarmIsTheCluster() {
    assertThat(docker(1, "service", "ls").err()).contains("This node is not a swarm manager");
    assertThat(docker(1, "swarm", "init", "--advertise-addr", TempHosts.address(1)).succeeded())
        .contains("is now a manager");
    assertThat(docker(1, "swarm", "init").err()).contains("already part of a swarm");
    var token = docker(1, "swarm", "join-token", "-q", "worker").succeeded().strip();
    for (var number = 2; number <= 3; number++) {
      docker(number, "swarm", "join", "--token", token, TempHosts.address(1) + ":4280").succeeded();
    }
    for (var number = 1; number <= 3; number++) {
      var asked = number;
      Eventually.holds(
          SOON,
          () ->
              assertThat(
                      docker(asked, "node", "ls", "--format", "{{.Hostname}} {{.Status}}")
                          .succeeded()
                          .lines())
                  .containsExactly("h1 Ready", "h2 Ready", "h3 Ready"));
    }
    assertThat(docker(2, "info").succeeded()).contains("Swarm: active", "Nodes: 3");
  }

  @Test
  @Order(2)
  void replicasRunOnAllHostsAndAnyHostTellsOfThem() {
    var created =
        docker(
            1,
            "service",
            "create",
            "--name",
            "web",
            "--replicas",
            "3",
            "--no-resolve-image",
            "--update-monitor",
            "1s",
            "-e",
            "SLOT={{.Task.Slot}}",
            Busybox.IMAGE,
            "sh",
            "-c",
            "echo slot $SLOT; sleep 10000");
    assertThat(created.succeeded()).contains("converged");
    assertThat(running("web"))
        .as("one on each: spread")
        .containsExactly("web.1 h1 Running", "web.2 h2 Running", "web.3 h3 Running");
    for (var number = 1; number <= 3; number++) {
      assertThat(
              cluster(number, "service", "ls", "--format", "{{.Name}} {{.Mode}} {{.Replicas}}")
                  .succeeded())
          .isEqualTo("web replicated 3/3\n");
      assertThat(docker(number, "ps", "--format", "{{.Names}}").succeeded().lines()).hasSize(1);
    }
    assertThat(docker(2, "service", "inspect", "--pretty", "web").succeeded())
        .contains("Service Mode:\tReplicated", "Replicas:\t3", Busybox.IMAGE);
  }

  @Test
  @Order(3)
  void logsOfAllReplicasAreReadAtAnyHost() {
    for (var number = 1; number <= 3; number++) {
      assertThat(docker(number, "service", "logs", "web").succeeded().lines())
          .hasSize(3)
          .anyMatch(line -> line.matches("web\\.1\\.[a-z0-9]+@h\\d +\\| slot 1"))
          .anyMatch(line -> line.matches("web\\.3\\.[a-z0-9]+@h\\d +\\| slot 3"));
    }
    assertThat(hosts.gantry(3, "service", "logs", "--raw", "web").succeeded().lines())
        .containsExactlyInAnyOrder("slot 1", "slot 2", "slot 3");
  }

  @Test
  @Order(4)
  void aServiceIsScaledThere() {
    docker(3, "service", "scale", "--detach", "web=5").succeeded();
    Eventually.holds(
        SOON,
        () ->
            assertThat(running("web")).hasSize(5).allMatch(replica -> replica.endsWith("Running")));
    docker(2, "service", "scale", "--detach", "web=3").succeeded();
    Eventually.holds(SOON, () -> assertThat(cluster(1, "ps", "-q").succeeded().lines()).hasSize(3));
  }

  @Test
  @Order(5)
  void anUpdateReplacesTheReplicasAndARollbackBringsThemBack() {
    docker(2, "service", "update", "--detach", "--env-add", "COLOUR=blue", "web").succeeded();
    environmentOfAll("COLOUR=blue", true);
    Eventually.holds(
        SOON,
        () ->
            assertThat(
                    docker(1, "service", "inspect", "-f", "{{.UpdateStatus.State}}", "web")
                        .succeeded())
                .isEqualTo("completed\n"));
    docker(3, "service", "rollback", "--detach", "web").succeeded();
    environmentOfAll("COLOUR=blue", false);
  }

  private static Command.Result update(String... words) {
    var all = new ArrayList<>(List.of("service", "update", "--update-monitor", "1s"));
    all.addAll(List.of(words));
    all.add("web");
    return docker(2, all.toArray(String[]::new));
  }

  private static String updateStatus() {
    return docker(
            3,
            "service",
            "inspect",
            "-f",
            "{{.UpdateStatus.State}}: {{.UpdateStatus.Message}}",
            "web")
        .succeeded()
        .strip();
  }

  @Test
  @Order(6)
  void theCommandLineFollowsAnUpdateUntilItIsStableAndFailsWhereItIsPaused() {
    var green = update("--update-order", "start-first", "--env-add", "COLOUR=green");
    assertThat(green.succeeded()).contains("Service web converged");
    Eventually.holds(
        SOON, () -> assertThat(updateStatus()).isEqualTo("completed: update completed"));
    environmentOfAll("COLOUR=green", true);

    // What was replaced has its grace to end in.
    Eventually.holds(SOON, () -> assertThat(containers()).hasSize(3));
    var before = containers();
    var bad = update("--args", "/nowhere");
    assertThat(bad.exit()).isEqualTo(1);
    assertThat(bad.err())
        .contains(
            "service update paused: update paused due to failure or early termination of task");
    Eventually.holds(
        SOON, () -> assertThat(updateStatus()).startsWith("paused: update paused due to failure"));
    assertThat(containers()).hasSameElementsAs(before);

    var back = docker(1, "service", "rollback", "web");
    assertThat(back.succeeded()).contains("manually requested rollback", "converged");
    Eventually.holds(
        SOON, () -> assertThat(updateStatus()).isEqualTo("rollback_completed: rollback completed"));
    assertThat(containers()).hasSameElementsAs(before);

    var failed = update("--update-failure-action", "rollback", "--args", "/nowhere");
    assertThat(failed.out()).contains("update rolled back due to failure or early termination");
    Eventually.holds(
        SOON, () -> assertThat(updateStatus()).isEqualTo("rollback_completed: rollback completed"));
    assertThat(containers()).hasSameElementsAs(before);

    assertThat(update("--force", "--update-parallelism", "0").succeeded()).contains("converged");
    Eventually.holds(
        SOON, () -> assertThat(containers()).hasSize(3).doesNotContainAnyElementsOf(before));
  }

  /** All that run. */
  private static List<String> containers() {
    return cluster(1, "ps", "-q").succeeded().lines().toList();
  }

  private static void environmentOfAll(String variable, boolean has) {
    Eventually.holds(
        SOON,
        () -> {
          var ids = cluster(1, "ps", "-q").succeeded().lines().toList();
          assertThat(ids).hasSize(3);
          for (var id : ids) {
            var environment = cluster(1, "inspect", "-f", "{{.Config.Env}}", id).succeeded();
            assertThat(environment.contains(variable)).as(environment).isEqualTo(has);
          }
        });
  }

  @Test
  @Order(7)
  void aDrainedHostGivesItsReplicasToOthers() {
    docker(1, "node", "update", "--availability", "drain", "h2").succeeded();
    Eventually.holds(
        SOON,
        () ->
            assertThat(running("web"))
                .hasSize(3)
                .allMatch(replica -> replica.endsWith("Running") && !replica.contains(" h2 ")));
    assertThat(docker(3, "node", "ls", "--format", "{{.Hostname}} {{.Availability}}").succeeded())
        .contains("h2 Drain");
    Eventually.holds(SOON, () -> assertThat(docker(2, "ps", "-q").succeeded()).isBlank());
    docker(3, "node", "update", "--availability", "active", "h2").succeeded();
  }

  @Test
  @Order(8)
  void aGlobalServiceIsOnEachHost() {
    docker(
            2,
            "service",
            "create",
            "--detach",
            "--name",
            "each",
            "--mode",
            "global",
            "--no-resolve-image",
            "--constraint",
            "node.hostname!=h1",
            Busybox.IMAGE,
            "sleep",
            "10000")
        .succeeded();
    Eventually.holds(
        SOON,
        () ->
            assertThat(
                    docker(1, "service", "ls", "--filter", "name=each", "--format", "{{.Replicas}}")
                        .succeeded())
                .isEqualTo("2/2\n"));
    docker(1, "service", "rm", "each").succeeded();
    // At once: whoever was asked knows what it answered.
    for (var number = 1; number <= 3; number++) {
      var made =
          docker(
              number,
              "service",
              "create",
              "--detach",
              "--no-resolve-image",
              "--replicas",
              "0",
              Busybox.IMAGE);
      docker(number, "service", "rm", made.succeeded().strip()).succeeded();
      assertThat(docker(number, "service", "ls", "-q").succeeded().lines()).hasSize(1);
    }
  }

  @Test
  @Order(9)
  void anUnhealthyReplicaIsEndedAndAnotherRuns() {
    docker(
            1,
            "service",
            "create",
            "--detach",
            "--name",
            "sick",
            "--no-resolve-image",
            "--restart-delay",
            "100ms",
            "--stop-grace-period",
            "1s",
            "--health-cmd",
            "test ! -e /tmp/sick",
            "--health-interval",
            "200ms",
            "--health-retries",
            "2",
            Busybox.IMAGE,
            "sleep",
            "10000")
        .succeeded();
    Eventually.holds(SOON, () -> assertThat(running("sick")).hasSize(1).allMatch(IS_RUNNING));
    var before = container("sick");
    cluster(1, "exec", before, "touch", "/tmp/sick").succeeded();
    Eventually.holds(
        SOON,
        () ->
            assertThat(
                    docker(
                            2,
                            "service",
                            "ps",
                            "--no-trunc",
                            "--format",
                            "{{.CurrentState}} {{.Error}}",
                            "sick")
                        .succeeded())
                .contains("Failed", "unhealthy container"));
    Eventually.holds(
        SOON,
        () -> {
          assertThat(running("sick")).hasSize(1).allMatch(IS_RUNNING);
          assertThat(container("sick")).isNotEqualTo(before);
        });
    docker(1, "service", "rm", "sick").succeeded();
  }

  private static final Predicate<String> IS_RUNNING = line -> line.endsWith("Running");

  /** The one that runs. */
  private static String container(String service) {
    return cluster(1, "ps", "-q", "--filter", "label=com.docker.swarm.service.name=" + service)
        .succeeded()
        .strip();
  }

  @Test
  @Order(10)
  void whatIsWrongIsSaidAsDockerSaysIt() {
    assertThat(
            docker(1, "service", "create", "--no-resolve-image", "--name", "web", Busybox.IMAGE)
                .err())
        .contains("name conflicts with an existing object: service web already exists");
    assertThat(docker(1, "service", "rm", "nope").err()).contains("service nope not found");
    assertThat(docker(1, "service", "logs", "nope").err())
        .contains("no such task or service: nope");
    assertThat(docker(1, "service", "ps", "nope").err()).contains("no such service: nope");
    assertThat(docker(1, "node", "inspect", "nope").err()).contains("node nope not found");
    assertThat(
            docker(1, "service", "create", "-p", "8080:80", "--no-resolve-image", Busybox.IMAGE)
                .err())
        .contains("port 80 cannot be published as 8080 on all hosts (mode ingress)");
    assertThat(docker(1, "node", "rm", "h2").err()).contains("is not down and can't be removed");
    assertThat(docker(1, "swarm", "unlock-key").err()).contains("no unlock key is set");
  }

  @Test
  @Order(11)
  void aRemovedServiceLeavesNothing() {
    assertThat(docker(3, "service", "rm", "web").succeeded()).isEqualTo("web\n");
    Eventually.holds(SOON, () -> assertThat(cluster(1, "ps", "-aq").succeeded()).isBlank());
    assertThat(docker(1, "service", "ls", "-q").succeeded()).isBlank();
  }
}
