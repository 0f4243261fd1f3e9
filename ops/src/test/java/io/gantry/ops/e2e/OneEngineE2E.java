package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Two hosts as one engine, used by Docker's own command line through either of them. */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "a minute: ./dev e2e OneEngineE2E")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OneEngineE2E {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static TempHosts hosts;

  @BeforeAll
  static void start() throws IOException {
    hosts = TempHosts.start(2);
    for (var number = 1; number <= hosts.count(); number++) {
      Busybox.importInto(hosts.host(number));
    }
    hosts.gantry(1, "cluster", "init").succeeded();
    var token = hosts.gantry(1, "cluster", "token").succeeded().strip();
    hosts.gantry(2, "cluster", "join", TempHosts.address(1), "--token", token).succeeded();
    for (var number = 1; number <= hosts.count(); number++) {
      var asked = number;
      Eventually.holds(
          SOON,
          () ->
              assertThat(hosts.gantry(asked, "cluster", "nodes").succeeded())
                  .doesNotContain("away")
                  .contains("h1")
                  .contains("h2"));
    }
  }

  @AfterAll
  static void end() {
    hosts.close();
  }

  /** All hosts, through one of them. */
  private static Command.Result cluster(int number, String... words) {
    return hosts.cluster(number).run(words);
  }

  @Test
  @Order(1)
  void aContainerIsPlacedListedReadAndRemovedThroughAnyHost() {
    cluster(1, "run", "-d", "--name", "one", Busybox.IMAGE, "sh", "-c", "echo here; sleep 10000")
        .succeeded();
    cluster(1, "run", "-d", "--name", "two", Busybox.IMAGE, "sh", "-c", "echo there; sleep 10000")
        .succeeded();
    var format = "{{.Names}} {{.Label \"gantry.host\"}}";
    for (var number = 1; number <= hosts.count(); number++) {
      assertThat(cluster(number, "ps", "--format", format).succeeded().lines())
          .containsExactlyInAnyOrder("one h1", "two h2");
      assertThat(cluster(number, "logs", "one").succeeded()).isEqualTo("here\n");
      assertThat(cluster(number, "logs", "two").succeeded()).isEqualTo("there\n");
      assertThat(cluster(number, "exec", "two", "cat", "/etc/hostname").succeeded())
          .isEqualTo(cluster(number, "inspect", "-f", "{{.Config.Hostname}}", "two").succeeded());
    }
    // Each host's own socket is that host's alone.
    assertThat(hosts.docker(1).run("ps", "--format", "{{.Names}}").succeeded()).isEqualTo("one\n");
    assertThat(hosts.docker(2).run("ps", "--format", "{{.Names}}").succeeded()).isEqualTo("two\n");
  }

  @Test
  @Order(2)
  void whatChangesAContainerReachesItsHostAndNamesTheCaller() {
    cluster(1, "stop", "-t", "0", "two").succeeded();
    assertThat(hosts.docker(2).run("inspect", "-f", "{{.State.Running}}", "two").succeeded())
        .isEqualTo("false\n");
    cluster(2, "start", "two").succeeded();
    cluster(2, "kill", "one").succeeded();
    assertThat(cluster(2, "wait", "one").succeeded()).isEqualTo("137\n");
    assertThat(hosts.gantry(2, "events", "--since", "10m", "--format", "json").succeeded())
        .contains("gid\\u003d0@h1\"");
  }

  @Test
  @Order(3)
  void theSameNameOnTwoHostsIsShownWithItsHost() {
    hosts.docker(1).run("create", "--name", "same", Busybox.IMAGE, "true").succeeded();
    hosts.docker(2).run("create", "--name", "same", Busybox.IMAGE, "true").succeeded();
    Eventually.holds(
        SOON,
        () ->
            assertThat(cluster(1, "ps", "-a", "--format", "{{.Names}}").succeeded().lines())
                .contains("h1/same", "h2/same"));
    Eventually.holds(
        SOON,
        () ->
            assertThat(cluster(1, "inspect", "same").err())
                .contains("several hosts have a container same: h1/same, h2/same"));
    cluster(1, "rm", "h2/same").succeeded();
    assertThat(hosts.docker(1).run("ps", "-aq", "-f", "name=same").succeeded()).isNotBlank();
    assertThat(hosts.docker(2).run("ps", "-aq", "-f", "name=same").succeeded()).isBlank();
    cluster(2, "rm", "same").succeeded();
  }

  @Test
  @Order(6)
  void constraintsDecideAndTheReasonIsKept() {
    var create =
        new String[] {
          "create", "--name", "bound", "-e", "constraint:host==h2", Busybox.IMAGE, "true"
        };
    cluster(1, create).succeeded();
    assertThat(
            hosts
                .docker(2)
                .run("inspect", "-f", "{{.Config.Env}} {{.HostConfig.Annotations}}", "bound")
                .succeeded())
        .doesNotContain("constraint:")
        .contains("host h2: 1 of 2 hosts can take it; host==h2");
    assertThat(cluster(1, create).err()).contains("already in use");
    assertThat(
            cluster(1, "create", "--label", "gantry.placement=host==h7", Busybox.IMAGE, "true")
                .err())
        .contains("host h1: host==h7 does not hold; host h2: host==h7 does not hold");
    cluster(1, "rm", "bound").succeeded();
  }

  @Test
  @Order(4)
  void infoEventsVolumesAndNetworksAreOfAllHosts() {
    assertThat(cluster(1, "info").succeeded())
        .contains("gantry.host.h1=up, 10.77.0.1:4280", "gantry.host.h2=up, 10.77.0.2:4280");
    var told =
        cluster(
                1,
                "events",
                "--since",
                "10m",
                "--until=-1s",
                "--filter",
                "event=create",
                "--format",
                "{{.Actor.Attributes.name}}")
            .succeeded();
    assertThat(told.lines()).contains("one", "two", "same");
    assertThat(cluster(2, "volume", "create", "h1/data").succeeded()).isEqualTo("h1/data\n");
    assertThat(cluster(2, "volume", "ls", "--format", "{{.Name}} {{.Label \"gantry.host\"}}"))
        .satisfies(listed -> assertThat(listed.succeeded()).isEqualTo("data h1\n"));
    cluster(2, "run", "--rm", "-v", "data:/data", Busybox.IMAGE, "touch", "/data/here").succeeded();
    assertThat(hosts.docker(1).run("ps", "-aq", "-f", "volume=data").succeeded()).isBlank();
    cluster(2, "volume", "rm", "data").succeeded();
    assertThat(cluster(1, "network", "ls", "--format", "{{.Name}}").succeeded().lines())
        .contains("h1/bridge", "h2/bridge");
  }

  @Test
  @Order(5)
  void stdioGoesFromHostToHost() {
    var echo =
        hosts
            .cluster(1)
            .runWithInput(
                "over there\n", "exec", "-i", "two", "sh", "-c", "cat; echo done >&2; exit 7");
    assertThat(echo.out()).isEqualTo("over there\n");
    assertThat(echo.err()).isEqualTo("done\n");
    assertThat(echo.exit()).isEqualTo(7);
    assertThat(hosts.cluster(1).typed("tty\nexit 3\n", "exec", "-it", "two", "sh").exit())
        .isEqualTo(3);
    for (var run = 0; run < 10; run++) {
      var typed =
          hosts
              .cluster(1)
              .runWithInput(
                  "before the start\n",
                  "run",
                  "--rm",
                  "-i",
                  "--label",
                  "gantry.placement=host==h2",
                  Busybox.IMAGE,
                  "cat");
      assertThat(typed.out()).as(typed.err()).isEqualTo("before the start\n");
    }
  }

  @Test
  @Order(7)
  void filesGoFromHostToHost() throws IOException {
    var file = hosts.host(1).directory().resolve("some");
    Files.writeString(file, "moved");
    cluster(1, "cp", file.toString(), "two:/tmp/some").succeeded();
    assertThat(hosts.docker(2).run("exec", "two", "cat", "/tmp/some").succeeded())
        .isEqualTo("moved");
    cluster(1, "cp", "two:/tmp/some", file + ".back").succeeded();
    assertThat(Files.readString(Path.of(file + ".back"))).isEqualTo("moved");
    assertThat(cluster(1, "diff", "two").succeeded()).contains("A /tmp/some");
    assertThat(cluster(1, "top", "two").succeeded()).contains("sleep 10000");
    assertThat(cluster(1, "stats", "--no-stream", "--format", "{{.Name}}", "two").succeeded())
        .contains("two");
    assertThat(cluster(1, "rm", "-f", "one", "two").succeeded().lines())
        .containsExactlyElementsOf(List.of("one", "two"));
  }

  /**
   * What `gantry events` and `gantry cluster events` say of entries: "h2 17:1 container_created".
   */
  private static List<String> entries(String host, String events) {
    return events
        .lines()
        .filter(line -> line.matches("(h\\d )?\\d+:\\d+ .*"))
        .map(line -> line.matches("h\\d .*") ? line : host + " " + line)
        .filter(line -> line.startsWith(host + " "))
        .toList();
  }

  @Test
  @Order(8)
  void theMergedStreamHasEachHostsPartWhateverHappensToTheHosts() throws IOException {
    var begin = hosts.gantry(1, "cluster", "events").succeeded();
    var after = new StringBuilder();
    for (var host : List.of("h1", "h2")) {
      var known = entries(host, begin);
      assertThat(known).isEqualTo(entries(host, events(host)));
      after.append(after.isEmpty() ? "" : ",").append(host).append("=");
      after.append(known.getLast().split(" ")[1]);
    }
    var followed = hosts.host(1).directory().resolve("followed");
    var follower =
        new ProcessBuilder(
                AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString(),
                "--grpc",
                "unix://" + hosts.host(1).grpcSocket(),
                "cluster",
                "events",
                "--follow",
                "--after",
                after.toString())
            .redirectErrorStream(true)
            .redirectOutput(followed.toFile())
            .start();
    try {
      hosts.docker(2).run("run", "-d", "--name", "before", Busybox.IMAGE, "true").succeeded();
      Eventually.holds(
          SOON, () -> assertThat(Files.readString(followed)).contains("container_exited"));
      hosts.cut(2);
      Eventually.holds(
          SOON, () -> assertThat(Files.readString(followed)).contains("h2 -- is not heard of"));
      for (var number = 1; number <= hosts.count(); number++) {
        hosts.docker(number).run("run", "--name", "meanwhile", Busybox.IMAGE, "true").succeeded();
      }
      hosts.kill(2);
      hosts.heal();
      hosts.restart(2);
      hosts.docker(2).run("rm", "meanwhile").succeeded();
      Eventually.holds(
          SOON,
          () -> {
            var lines = Files.readString(followed);
            for (var host : List.of("h1", "h2")) {
              var all = entries(host, events(host));
              var rest = all.subList(entries(host, begin).size(), all.size());
              assertThat(entries(host, lines)).isEqualTo(rest);
            }
            assertThat(lines).contains("h2 -- is heard of again");
          });
    } finally {
      follower.destroy();
    }
  }

  private static String events(String host) {
    return hosts.gantry(host.equals("h1") ? 1 : 2, "events").succeeded();
  }

  @Test
  @Order(9)
  void grpcCallsGoToTheHostThatTheyName() {
    Eventually.holds(
        SOON,
        () ->
            assertThat(hosts.gantry(1, "--host", "h2", "ps", "-a").succeeded())
                .contains("before")
                .doesNotContain("meanwhile"));
    assertThat(hosts.gantry(1, "ps", "-a").succeeded())
        .contains("meanwhile")
        .doesNotContain("before");
    assertThat(hosts.gantry(2, "--host", "*", "ps", "-a").succeeded())
        .contains("meanwhile", "before");
    // Who has it is found without a host's name.
    assertThat(hosts.gantry(1, "inspect", "before").succeeded()).contains("gantry.host");
    assertThat(hosts.gantry(1, "--host", "h7", "ps").err()).contains("no host h7 in the cluster");
    hosts.gantry(1, "rm", "before").succeeded();
    hosts.gantry(2, "rm", "meanwhile").succeeded();
  }
}
