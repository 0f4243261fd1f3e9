package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What it costs that a container is on another host. Prints; docs/cluster.md has the numbers. */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "a measurement: ./dev e2e ClusterCostE2E")
class ClusterCostE2E {
  private static final int CALLS = 400;
  private static final int CHANGES = 100;
  private static final Pattern SENT = Pattern.compile("bytes_sent:(\\d+)");
  private static final Pattern SEGMENTS = Pattern.compile("data_segs_out:(\\d+)");
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
    Eventually.holds(
        Duration.ofSeconds(90),
        () ->
            assertThat(hosts.gantry(1, "cluster", "nodes").succeeded())
                .contains("h2")
                .doesNotContain("away"));
  }

  @AfterAll
  static void end() {
    hosts.close();
  }

  /** Milliseconds of each of so many calls, one after the other on one connection. */
  private static List<Double> calls(Path socket, String path) {
    var words =
        new ArrayList<>(
            List.of("curl", "-s", "--unix-socket", socket.toString(), "-w", "%{time_total}\n"));
    for (var call = 0; call < CALLS; call++) {
      words.addAll(List.of("-o", "/dev/null", "http://d" + path));
    }
    var times =
        new ArrayList<>(
            Command.run(words)
                .succeeded()
                .lines()
                .map(line -> Double.parseDouble(line) * 1000)
                .toList());
    Collections.sort(times);
    return times;
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) (share * (sorted.size() - 1)));
  }

  @Test
  void aSmallCall() {
    hosts.docker(2).run("create", "--name", "small", Busybox.IMAGE, "true").succeeded();
    var path = "/v1.47/containers/small/json";
    for (var round = 0; round < 3; round++) {
      var direct = calls(hosts.host(2).dockerSocket(), path);
      var hop = calls(hosts.host(1).clusterSocket(), path);
      System.out.printf(
          "inspect: p50 %.2f ms directly, %.2f ms over another host; p99 %.2f and %.2f ms%n",
          at(direct, 0.5), at(hop, 0.5), at(direct, 0.99), at(hop, 0.99));
    }
    hosts.docker(2).run("rm", "small").succeeded();
  }

  /** Seconds and bytes. */
  private static double[] download(Path socket, String path) {
    var words =
        List.of(
            "curl",
            "-s",
            "--unix-socket",
            socket.toString(),
            "-o",
            "/dev/null",
            "-w",
            "%{time_total} %{size_download}",
            "http://d" + path);
    var told = Command.run(words).succeeded().split(" ");
    return new double[] {Double.parseDouble(told[0]), Double.parseDouble(told[1])};
  }

  @Test
  void aStream() {
    var print =
        "i=0; while [ $i -lt 8 ]; do dd if=/dev/zero bs=64k count=128 2>/dev/null"
            + " | tr '\\0' 'x' | fold -w 100; i=$((i+1)); done; echo";
    hosts.docker(2).run("run", "--name", "much", Busybox.IMAGE, "sh", "-c", print);
    hosts
        .docker(2)
        .run(
            "run",
            "--name",
            "file",
            Busybox.IMAGE,
            "dd",
            "if=/dev/zero",
            "of=/big",
            "bs=1M",
            "count=256")
        .succeeded();
    for (var path :
        List.of(
            "/v1.47/containers/much/logs?stdout=1", "/v1.47/containers/file/archive?path=/big")) {
      for (var round = 0; round < 3; round++) {
        var direct = download(hosts.host(2).dockerSocket(), path);
        var hop = download(hosts.host(1).clusterSocket(), path);
        assertThat(hop[1]).isEqualTo(direct[1]);
        System.out.printf(
            "%s: %.0f MB, %.0f MB/s directly, %.0f MB/s over another host%n",
            path.replaceAll(".*/|\\?.*", ""),
            direct[1] / 1e6,
            direct[1] / 1e6 / direct[0],
            hop[1] / 1e6 / hop[0]);
      }
    }
    hosts.docker(2).run("rm", "much", "file").succeeded();
  }

  /** What this host has sent to the others' actors, in bytes and TCP segments. */
  private static long[] sent() {
    var told =
        Command.run(
                hosts
                    .host(1)
                    .inNetwork(
                        List.of(
                            "ss",
                            "-tinH",
                            "state",
                            "established",
                            "( sport = :4281 or dport = :4281 )")))
            .succeeded();
    return new long[] {sum(SENT, told), sum(SEGMENTS, told)};
  }

  private static long sum(Pattern pattern, String text) {
    return pattern.matcher(text).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
  }

  @Test
  void aChange() {
    for (var known : List.of(0, 500)) {
      create("known", known);
      // Idle for as long as the changes take, so that heartbeats and gossip can be told apart.
      pause();
      var before = sent();
      var began = System.nanoTime();
      create("change", CHANGES);
      pause();
      var took = System.nanoTime() - began;
      var after = sent();
      LockSupport.parkNanos(took);
      var idle = sent();
      System.out.printf(
          "%d containers before: %d B and %.1f segments to each other host for a container more%n",
          known,
          (after[0] - before[0] - (idle[0] - after[0])) / CHANGES,
          (after[1] - before[1] - (idle[1] - after[1])) / (double) CHANGES);
      System.out.printf(
          "  idle: %d B/s%n", (idle[0] - after[0]) * 1_000_000_000L / Math.max(1, took));
      remove("change", CHANGES);
      remove("known", known);
    }
  }

  private static void pause() {
    LockSupport.parkNanos(Duration.ofSeconds(4).toNanos());
  }

  private static void create(String name, int count) {
    var api = new DockerApi(hosts.host(1).dockerSocket());
    for (var number = 0; number < count; number++) {
      try {
        api.post(
                "/containers/create?name=%s%d".formatted(name, number),
                "{\"Image\":\"%s\",\"Cmd\":[\"true\"]}".formatted(Busybox.IMAGE))
            .succeeded();
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }
  }

  private static void remove(String name, int count) {
    var api = new DockerApi(hosts.host(1).dockerSocket());
    for (var number = 0; number < count; number++) {
      try {
        api.delete("/containers/%s%d?force=1".formatted(name, number)).succeeded();
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }
  }
}
