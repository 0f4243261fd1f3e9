package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** One cluster of three hosts, from its beginning to its end; each test goes on from the last. */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "a minute and a half: ./dev e2e ClusterE2E")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterE2E {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static TempHosts hosts;

  @BeforeAll
  static void start() throws IOException {
    hosts = TempHosts.start(3);
    Busybox.importInto(hosts.host(3));
  }

  @AfterAll
  static void end() {
    hosts.close();
  }

  private static String gantry(int number, String... words) {
    return hosts.gantry(number, words).succeeded().stripTrailing();
  }

  /** "h1 up", of each host, as one of them sees it. */
  private static List<String> nodes(int number) {
    return gantry(number, "cluster", "nodes")
        .lines()
        .skip(1)
        .map(line -> line.split(" +"))
        .map(words -> words[1].equals("*") ? words[0] + " " + words[3] : words[0] + " " + words[2])
        .toList();
  }

  private static void eventually(int number, String... nodes) {
    Eventually.holds(SOON, () -> assertThat(nodes(number)).containsExactly(nodes));
  }

  /** Whether host 1 hears from host 3 that nobody listens there, which only host 3 itself says. */
  private static boolean hears() {
    var call = List.of("curl", "-sS", "--max-time", "1", TempHosts.address(3) + ":9");
    return Command.run(hosts.host(1).inNetwork(call)).exit() == 7;
  }

  @Test
  @Order(1)
  void aHostWithoutAClusterHasNoPortOpen() {
    var listening = hosts.host(1).inNetwork(List.of("ss", "-tlnH"));
    assertThat(Command.run(listening).succeeded()).isBlank();
    assertThat(hosts.gantry(1, "cluster", "nodes").err()).contains("belongs to no cluster");
  }

  @Test
  @Order(2)
  void threeHostsBecomeOneCluster() {
    assertThat(gantry(1, "cluster", "init")).contains("gantry cluster join 10.77.0.1:4280 --token");
    var token = gantry(1, "cluster", "token");
    gantry(2, "cluster", "join", TempHosts.address(1), "--token", token);
    gantry(3, "cluster", "join", TempHosts.address(2), "--token", token);
    for (var number = 1; number <= hosts.count(); number++) {
      eventually(number, "h1 up", "h2 up", "h3 up");
    }
    assertThat(gantry(3, "cluster", "drain", "h2")).isEqualTo("h2");
    eventually(1, "h1 up", "h2 up,", "h3 up");
    gantry(1, "cluster", "undrain", "h2");
    eventually(2, "h1 up", "h2 up", "h3 up");
  }

  @Test
  @Order(3)
  void aStrangerIsRefusedAndTheRecordSaysSo() {
    var call =
        List.of(
            "curl",
            "-sk",
            "--http2",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "https://%s:4280/gantry.v1.ContainerService/List".formatted(TempHosts.address(1)));
    assertThat(Command.run(hosts.host(2).inNetwork(call)).succeeded()).isEqualTo("401");
    assertThat(gantry(1, "events", "--since", "10m", "-e", "stranger_refused"))
        .contains("it showed no certificate");
  }

  @Test
  @Order(4)
  void aHostThatIsCutOffKeepsItsPowersAndComesBackByItself() {
    hosts
        .docker(3)
        .run("run", "-d", "--name", "sleeper", Busybox.IMAGE, "sleep", "10000")
        .succeeded();
    assertThat(hears()).isTrue();
    hosts.cut(3);
    assertThat(hears()).isFalse();
    eventually(1, "h1 up", "h2 up", "h3 away");
    eventually(3, "h1 away", "h2 away", "h3 away");
    assertThat(hosts.docker(3).run("exec", "sleeper", "echo", "here").succeeded()).contains("here");
    hosts.heal();
    eventually(1, "h1 up", "h2 up", "h3 up");
    eventually(3, "h1 up", "h2 up", "h3 up");
  }

  @Test
  @Order(5)
  void anAgentThatWasKilledFindsItsClusterAgain() {
    hosts.kill(2);
    eventually(1, "h1 up", "h2 away", "h3 up");
    hosts.restart(2);
    eventually(1, "h1 up", "h2 up", "h3 up");
    eventually(2, "h1 up", "h2 up", "h3 up");
  }

  @Test
  @Order(6)
  void aHostThatLeavesIsItsOwnAgain() {
    gantry(3, "cluster", "leave");
    eventually(1, "h1 up", "h2 up");
    assertThat(hosts.gantry(3, "cluster", "nodes").err()).contains("belongs to no cluster");
    assertThat(hosts.docker(3).run("ps", "--format", "{{.Names}}").succeeded()).contains("sleeper");
  }
}
