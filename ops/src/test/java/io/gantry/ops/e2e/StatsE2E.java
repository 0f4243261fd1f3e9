package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a container uses, with Docker's fields and in its command line's arithmetic. */
@Tag("host")
class StatsE2E {
  private static final boolean V2 = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerCli docker;
  private static DockerApi api;
  private static String id;

  @BeforeAll
  static void startAgent() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    host = TempHost.create();
    agent = AgentProcess.start(host);
    docker = new DockerCli(host);
    api = new DockerApi(host.dockerSocket());
    Busybox.importInto(host);
    id =
        docker
            .run(
                "run",
                "-d",
                "-m",
                "64m",
                "--pids-limit",
                "50",
                Busybox.IMAGE,
                "sh",
                "-c",
                "while :; do :; done")
            .succeeded()
            .strip();
  }

  @AfterAll
  static void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      if (id != null) {
        docker.run("rm", "-f", id).succeeded();
      }
    }
  }

  @Test
  void oneSampleHasItsPredecessor() throws IOException {
    var stats = api.get("/containers/" + id + "/stats?stream=false").succeeded().text();
    assertThat(stats)
        .contains("\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":", "\"system_cpu_usage\":")
        .contains("\"online_cpus\":" + Runtime.getRuntime().availableProcessors())
        .contains("\"limit\":" + (64L << 20))
        .contains("\"pids_stats\":{\"current\":1,\"limit\":50}")
        .contains("\"networks\":{\"eth0\":{\"rx_bytes\":")
        .contains("\"io_service_bytes_recursive\":")
        .contains(V2 ? "\"inactive_file\":" : "\"total_inactive_file\":");
    var used = numbers(stats, "\"total_usage\":(\\d+)");
    assertThat(used[0]).isGreaterThan(used[1]).isNotZero();
    var system = numbers(stats, "\"system_cpu_usage\":(\\d+)");
    assertThat(system[0]).isGreaterThan(system[1]);
    assertThat(stats).doesNotContain("\"preread\":\"0001-01-01T00:00:00Z\"");
  }

  @Test
  void aOneShotSampleHasNone() throws IOException {
    var stats =
        api.get("/containers/" + id + "/stats?stream=false&one-shot=true").succeeded().text();
    assertThat(stats).contains("\"preread\":\"0001-01-01T00:00:00Z\"");
  }

  @Test
  void theCommandLineShowsWhatABusyLoopUses() {
    var shown =
        docker
            .run("stats", "--no-stream", "--format", "{{.CPUPerc}} {{.MemUsage}} {{.PIDs}}", id)
            .succeeded();
    assertThat(shown).contains(" / 64MiB 1");
    var percent = Double.parseDouble(shown.substring(0, shown.indexOf('%')));
    assertThat(percent).isBetween(1.0, 150.0);
  }

  @Test
  void topListsItsProcesses() {
    assertThat(docker.run("top", id).succeeded()).contains("while :; do :; done");
    assertThat(docker.run("top", id, "-o", "pid,comm").succeeded()).contains("sh");
  }

  private static long[] numbers(String text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .toArray();
  }
}
