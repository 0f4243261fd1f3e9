package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many containers that are probed every second. What counts is processor time, which a busy machine
 * does not change much: the agent's, its monitors' and that of all processes in the containers.
 */
@Tag("host")
class HealthScaleE2E {
  private static final int CONTAINERS = Integer.getInteger("gantry.probed", 200);
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final long NANOS_PER_TICK = 10_000_000;

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerApi api;

  @BeforeAll
  static void startAgent() throws IOException {
    assumeTrue(
        !Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")), "counts by cpuacct's files");
    host = TempHost.create();
    agent = AgentProcess.start(host);
    api = new DockerApi(host.dockerSocket());
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
  void twoHundredAreProbedEverySecondForLessThanAProcessor() throws Exception {
    var ids = started();
    Eventually.holds(SOON, () -> assertThat(healthy()).isEqualTo(CONTAINERS));
    // What has just started is still being compiled.
    var ready = Instant.now();
    Eventually.holds(
        SOON, () -> assertThat(lastProbe(ids.getLast())).isAfter(ready.plus(MEASURED)));
    var began = Instant.now();
    var before = spentNanos();
    Eventually.holds(
        SOON, () -> assertThat(lastProbe(ids.getLast())).isAfter(began.plus(MEASURED)));
    var seconds = Duration.between(began, Instant.now()).toNanos() / 1e9;
    var processors = (spentNanos() - before) / 1e9 / seconds;
    System.out.printf(
        "%d containers probed every second: %.3f processors%n", CONTAINERS, processors);
    assertThat(processors).isLessThan(1);
    var events =
        api.get("/events?since=1&until=" + Instant.now().getEpochSecond()).succeeded().text();
    assertThat(count(events, "\"Action\":\"health_status: healthy\"")).isEqualTo(CONTAINERS);
    assertThat(events).doesNotContain("exec_");
    removed(ids);
  }

  private static int healthy() throws IOException {
    var query = "/containers/json?filters=%7B%22health%22:%5B%22healthy%22%5D%7D";
    return count(api.get(query).succeeded().text(), "\"Id\"");
  }

  private static Instant lastProbe(String id) throws IOException {
    var shown = api.get("/containers/" + id + "/json").succeeded().text();
    var starts = Pattern.compile("\"Start\":\"([^\"]+)\"").matcher(shown);
    var last = Instant.EPOCH;
    while (starts.find()) {
      last = Instant.parse(starts.group(1));
    }
    return last;
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  /** Of the agent, of the children it has waited for, of its monitors, and of the containers. */
  private static long spentNanos() throws IOException {
    var total = ticks(agent.pid()) * NANOS_PER_TICK;
    for (var child : ProcessHandle.of(agent.pid()).orElseThrow().children().toList()) {
      var file = Path.of("/proc", Long.toString(child.pid()), "schedstat");
      if (Files.exists(file)) {
        total += Long.parseLong(Files.readString(file).split(" ")[0]);
      }
    }
    return total + Long.parseLong(Files.readString(cpuacct()).strip());
  }

  /** utime, stime, cutime, cstime of proc(5). */
  private static long ticks(long pid) throws IOException {
    var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    var ticks = 0L;
    for (var field = 11; field <= 14; field++) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks;
  }

  /** The group of all containers of this agent. */
  private static Path cpuacct() throws IOException {
    var id = api.get("/containers/json").succeeded().text();
    var first = id.replaceFirst("(?s).*?\"Id\":\"([0-9a-f]{64})\".*", "$1");
    try (var groups = Files.newDirectoryStream(Path.of("/sys/fs/cgroup/cpuacct"), "gt*")) {
      for (var group : groups) {
        if (Files.exists(group.resolve(first))) {
          return group.resolve("cpuacct.usage");
        }
      }
    }
    throw new IOException("no control group has container " + first);
  }

  private static void removed(List<String> ids) throws IOException {
    for (var id : ids) {
      api.delete("/containers/" + id + "?force=1").succeeded();
    }
  }

  private static List<String> started() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      var made = new ArrayList<Future<String>>();
      for (var i = 0; i < CONTAINERS; i++) {
        made.add(threads.submit(HealthScaleE2E::start));
      }
      var ids = new ArrayList<String>();
      for (var each : made) {
        ids.add(each.get());
      }
      return ids;
    }
  }

  private static String start() throws IOException {
    var created =
        api.post(
                "/containers/create",
                """
                {"Image":"%s","Cmd":["sleep","10000"],"HostConfig":{"NetworkMode":"none"},
                 "Healthcheck":{"Test":["CMD-SHELL","test -e /etc/passwd && echo well"],
                 "Interval":1000000000}}
                """
                    .formatted(Busybox.IMAGE))
            .succeeded()
            .text();
    var id = created.replaceFirst("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
    api.post("/containers/" + id + "/start", "").succeeded();
    return id;
  }
}
