package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A service of four replicas on three hosts, made by Docker's own command line: a host is lost and
 * comes back, with and without its containers.
 */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "minutes: ./dev e2e ServiceHealingE2E")
class ServiceHealingE2E {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static TempHosts hosts;

  @BeforeAll
  static void start() throws IOException {
    hosts = TempHosts.start(3);
    for (var number = 1; number <= hosts.count(); number++) {
      Busybox.importInto(hosts.host(number));
    }
    hosts.gantry(1, "cluster", "init").succeeded();
    var token = hosts.gantry(1, "cluster", "token").succeeded().strip();
    for (var number = 2; number <= hosts.count(); number++) {
      hosts.gantry(number, "cluster", "join", TempHosts.address(1), "--token", token).succeeded();
    }
    Eventually.holds(
        SOON,
        () ->
            assertThat(hosts.gantry(1, "cluster", "nodes").succeeded())
                .doesNotContain("away")
                .contains("h1", "h2", "h3"));
  }

  @AfterAll
  static void end() {
    hosts.close();
  }

  /** Names of what runs on a host. */
  private static List<String> running(int number) {
    return hosts.docker(number).run("ps", "--format", "{{.Names}}").succeeded().lines().toList();
  }

  /** Slots of the service that run on these hosts, "1" to "4", each as often as it does. */
  private static List<String> slots(int... numbers) {
    var slots = new ArrayList<String>();
    for (var number : numbers) {
      running(number).forEach(name -> slots.add(name.split("\\.")[1]));
    }
    return slots.stream().sorted().toList();
  }

  /** From when h3 was first known to be away to the last start of a container on these hosts. */
  private static Duration healing(int... numbers) {
    var away = Instant.MAX;
    var started = Instant.MIN;
    for (var number : numbers) {
      for (var line : hosts.gantry(number, "events").succeeded().lines().toList()) {
        var time = Instant.parse(line.split(" ")[1]);
        if (line.contains("(h3 away)") && time.isBefore(away)) {
          away = time;
        } else if (line.contains("container_started") && time.isAfter(started)) {
          started = time;
        }
      }
    }
    var taken = Duration.between(away, started);
    System.out.printf("from away to the last start: %d ms%n", taken.toMillis());
    return taken;
  }

  @Test
  void replicasOfALostHostRunElsewhereAndWhatComesBackIsStopped() {
    hosts
        .docker(2)
        .run(
            "service",
            "create",
            "-d",
            "--name",
            "web",
            "--replicas",
            "4",
            Busybox.IMAGE,
            "sleep",
            "100000")
        .succeeded();
    Eventually.holds(SOON, () -> assertThat(slots(1, 2, 3)).containsExactly("1", "2", "3", "4"));
    assertThat(running(3)).isNotEmpty();

    hosts.cut(3);
    Eventually.holds(SOON, () -> assertThat(slots(1, 2)).containsExactly("1", "2", "3", "4"));
    assertThat(running(3)).as("cut off it keeps what it runs").isNotEmpty();
    assertThat(healing(1, 2)).isLessThan(SOON);
    hosts.heal();
    Eventually.holds(
        SOON,
        () -> {
          assertThat(slots(1, 2, 3)).containsExactly("1", "2", "3", "4");
          assertThat(running(3)).isEmpty();
        });
    assertThat(hosts.gantry(3, "events").succeeded()).contains("replica_fenced");

    // The host that decides dies, too.
    hosts.kill(1);
    Eventually.holds(SOON, () -> assertThat(slots(2, 3)).containsExactly("1", "2", "3", "4"));
    hosts.restart(1);
    Eventually.holds(SOON, () -> assertThat(slots(1, 2, 3)).containsExactly("1", "2", "3", "4"));
    hosts.docker(1).run("service", "rm", "web").succeeded();
    Eventually.holds(SOON, () -> assertThat(slots(1, 2, 3)).isEmpty());
  }
}
