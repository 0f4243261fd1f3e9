package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every limit of the Docker API, asked for and then read where the kernel keeps it. */
@Tag("host")
class LimitsE2E {
  private static final String IMAGE = Busybox.IMAGE;
  private static final boolean V2 = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerCli docker;
  private static DockerApi api;

  @BeforeAll
  static void startAgent() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    host = TempHost.create();
    agent = AgentProcess.start(host);
    docker = new DockerCli(host);
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
  void infoSaysWhatThisHostsKernelCanDo() throws IOException {
    var info =
        docker
            .run("info", "--format", "{{.MemTotal}} {{.CgroupVersion}} {{.IPv4Forwarding}}")
            .succeeded()
            .strip();
    var memory =
        Files.readString(Path.of("/proc/meminfo"))
            .lines()
            .findFirst()
            .orElse("")
            .replaceAll("\\D", "");
    assertThat(info).isEqualTo("%d %s true".formatted(Long.parseLong(memory) * 1024, V2 ? 2 : 1));
    if (!V2) {
      var swap = Files.exists(Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"));
      var weight = Files.exists(Path.of("/sys/fs/cgroup/blkio/blkio.weight"));
      assertThat(docker.run("info", "--format", "{{.SwapLimit}} {{.Warnings}}").succeeded())
          .startsWith(swap + " ")
          .satisfies(
              said -> assertThat(said.contains("No blkio weight support")).isNotEqualTo(weight));
    }
  }

  @Test
  void memoryLimits() {
    var arguments = List.of("-m", "32m", "--memory-swap", "64m", "--memory-reservation", "16m");
    assertThat(shown(arguments, "memory/memory.limit_in_bytes", "memory.max"))
        .isEqualTo(Long.toString(32L << 20));
    assertThat(shown(arguments, "memory/memory.memsw.limit_in_bytes", "memory.swap.max"))
        .isEqualTo(Long.toString(V2 ? 32L << 20 : 64L << 20));
    assertThat(shown(arguments, "memory/memory.soft_limit_in_bytes", "memory.low"))
        .isEqualTo(Long.toString(16L << 20));
  }

  @Test
  void cpuLimits() {
    assertThat(shown(List.of("--cpus", "0.5"), "cpu/cpu.cfs_quota_us", "cpu.max"))
        .isEqualTo(V2 ? "50000 100000" : "50000");
    assertThat(
            shown(
                List.of("--cpu-period", "50000", "--cpu-quota", "10000"),
                "cpu/cpu.cfs_quota_us",
                "cpu.max"))
        .isEqualTo(V2 ? "10000 50000" : "10000");
    assertThat(shown(List.of("--cpu-shares", "512"), "cpu/cpu.shares", "cpu.weight"))
        .isEqualTo(V2 ? "20" : "512");
    assertThat(shown(List.of("--cpuset-cpus", "0"), "cpuset/cpuset.cpus", "cpuset.cpus"))
        .isEqualTo("0");
    assertThat(shown(List.of("--cpuset-mems", "0"), "cpuset/cpuset.mems", "cpuset.mems"))
        .isEqualTo("0");
  }

  @Test
  void processLimits() {
    assertThat(shown(List.of("--pids-limit", "17"), "pids/pids.max", "pids.max")).isEqualTo("17");
    assertThat(shown(List.of("--pids-limit", "-1"), "pids/pids.max", "pids.max")).isEqualTo("max");
    var forks = "i=0; while [ $i -lt 9 ]; do sleep 5 & i=$((i+1)); done; echo all";
    assertThat(docker.run("run", "--rm", "--pids-limit", "4", IMAGE, "sh", "-c", forks).err())
        .contains("can't fork");
  }

  @Test
  void blockDeviceRates() throws IOException {
    var disk = Disks.any();
    assumeTrue(disk.isPresent(), "this machine has no block device");
    var read = List.of("--device-read-bps", disk.get().path() + ":1mb");
    assertThat(shown(read, "blkio/blkio.throttle.read_bps_device", "io.max"))
        .startsWith(disk.get().number() + " ")
        .contains("1048576");
    var write = List.of("--device-write-iops", disk.get().path() + ":30");
    assertThat(shown(write, "blkio/blkio.throttle.write_iops_device", "io.max"))
        .startsWith(disk.get().number() + " ")
        .contains("30");
  }

  @Test
  void whatTheKernelLacksIsAWarningOfCreate() throws IOException {
    var weight = Files.exists(Path.of("/sys/fs/cgroup/blkio/blkio.weight"));
    assumeTrue(!weight && !V2, "this kernel has weights");
    var answer = create("{\"Image\":\"%s\",\"HostConfig\":{\"BlkioWeight\":300}}");
    assertThat(answer)
        .contains(
            "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight"
                + " discarded.");
  }

  @Test
  void limitsThatCannotBeAreRefused() {
    refused("Minimum memory limit allowed is 6MB", "-m", "1m");
    refused("range of CPUs is from 0.01 to", "--cpus", "1000");
    refused("Requested CPUs are not available - requested 4000", "--cpuset-cpus", "4000");
    refused("Invalid value x for cpuset cpus", "--cpuset-cpus", "x");
    refused("Invalid value 2000, range for oom score adj", "--oom-score-adj", "2000");
  }

  @Test
  void oomScoreIsTheProcesses() {
    assertThat(
            docker
                .run("run", "--rm", "--oom-score-adj", "500", IMAGE, "cat", "/proc/1/oom_score_adj")
                .succeeded())
        .isEqualTo("500\n");
  }

  @Test
  void whoeverUsesTooMuchMemoryIsKilledAndTheRecordSaysSo() {
    var result =
        docker.run(
            "run",
            "--name",
            "greedy",
            "-m",
            "16m",
            IMAGE,
            "dd",
            "if=/dev/zero",
            "of=/dev/null",
            "bs=100M",
            "count=1");
    assertThat(result.exit()).isEqualTo(137);
    assertThat(
            docker
                .run("inspect", "-f", "{{.State.OOMKilled}} {{.State.ExitCode}}", "greedy")
                .succeeded())
        .isEqualTo("true 137\n");
    assertThat(events("greedy")).containsSubsequence("start", "oom", "die");
    docker.run("rm", "greedy").succeeded();
  }

  @Test
  void aRunningContainersLimitsChangeAtOnce() {
    var id = detached("-m", "32m", "--pids-limit", "40", IMAGE, "sleep", "1000");
    docker.run("update", "-m", "24m", "--memory-swap", "48m", id).succeeded();
    assertThat(inside(id, "memory/memory.limit_in_bytes", "memory.max"))
        .isEqualTo(Long.toString(24L << 20));
    docker.run("update", "--cpus", "0.25", id).succeeded();
    assertThat(inside(id, "cpu/cpu.cfs_quota_us", "cpu.max"))
        .isEqualTo(V2 ? "25000 100000" : "25000");
    docker.run("update", "--cpu-shares", "2048", id).succeeded();
    assertThat(inside(id, "cpu/cpu.shares", "cpu.weight")).isEqualTo(V2 ? "79" : "2048");
    docker.run("update", "--cpuset-cpus", "0", id).succeeded();
    assertThat(inside(id, "cpuset/cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
    docker.run("update", "--pids-limit", "-1", id).succeeded();
    assertThat(inside(id, "pids/pids.max", "pids.max")).isEqualTo("max");
    docker.run("update", "--memory-reservation", "12m", id).succeeded();
    assertThat(inside(id, "memory/memory.soft_limit_in_bytes", "memory.low"))
        .isEqualTo(Long.toString(12L << 20));
    assertThat(docker.run("update", "--cpu-quota", "5000", id).err())
        .contains("CPU Quota cannot be updated as NanoCPUs has already been set");
    assertThat(docker.run("update", "-m", "900m", id).err())
        .contains("Memory limit should be smaller than already set memoryswap limit");
    docker.run("rm", "-f", id).succeeded();
  }

  @Test
  void anUpdateThatTheKernelRefusesIsTakenBack() throws IOException {
    var id = detached("--memory", "64m", IMAGE, "sleep", "1000");
    var answer =
        api.post(
            "/containers/%s/update".formatted(id),
            "{\"BlkioDeviceReadBps\":[{\"Path\":\"/dev/null\",\"Rate\":1000}]}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(docker.run("inspect", "-f", "{{.HostConfig.BlkioDeviceReadBps}}", id).succeeded())
        .isEqualTo("[]\n");
    docker.run("rm", "-f", id).succeeded();
  }

  @Test
  void aCgroupParentIsTheParentOfTheContainersGroup() throws IOException {
    var parent = host.directory().getFileName() + "p";
    try {
      var own =
          docker
              .run(
                  "run",
                  "--rm",
                  "--cgroupns",
                  "host",
                  "--cgroup-parent",
                  "/" + parent,
                  IMAGE,
                  "cat",
                  "/proc/1/cgroup")
              .succeeded();
      assertThat(own).contains("/" + parent + "/");
    } finally {
      removeGroup(parent);
    }
  }

  /** As with Docker, a parent is nobody's to remove but of who named it. */
  private static void removeGroup(String name) throws IOException {
    var root = Path.of("/sys/fs/cgroup");
    Files.deleteIfExists(root.resolve(name));
    try (var hierarchies = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (var hierarchy : hierarchies) {
        Files.deleteIfExists(hierarchy.resolve(name));
      }
    }
  }

  private static String shown(List<String> arguments, String v1, String v2) {
    var words = new ArrayList<>(List.of("run", "--rm"));
    words.addAll(arguments);
    words.addAll(List.of(IMAGE, "cat", "/sys/fs/cgroup/" + (V2 ? v2 : v1)));
    return docker.run(words.toArray(String[]::new)).succeeded().strip();
  }

  private static String inside(String id, String v1, String v2) {
    return docker.run("exec", id, "cat", "/sys/fs/cgroup/" + (V2 ? v2 : v1)).succeeded().strip();
  }

  private static void refused(String message, String... arguments) {
    var words = new ArrayList<>(List.of("create"));
    words.addAll(List.of(arguments));
    words.addAll(List.of(IMAGE, "true"));
    var result = docker.run(words.toArray(String[]::new));
    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains(message);
  }

  private static String create(String body) throws IOException {
    return api.post(
            "/containers/create", body.formatted(IMAGE).replace("}}", "},\"Cmd\":[\"true\"]}"))
        .succeeded()
        .text();
  }

  private static List<String> events(String name) {
    return docker
        .run(
            "events",
            "--since",
            "10m",
            "--until=-1s",
            "-f",
            "container=" + name,
            "--format",
            "{{.Action}}")
        .succeeded()
        .lines()
        .toList();
  }

  private static String detached(String... arguments) {
    var words = new ArrayList<>(List.of("run", "-d"));
    words.addAll(List.of(arguments));
    return docker.run(words.toArray(String[]::new)).succeeded().strip();
  }
}
