package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gantry.ops.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An agent that finds control groups of version 2 and nothing else: in a mount namespace where only
 * they are mounted. Which controllers the kernel lets them have depends on the machine: on one
 * whose version 1 holds memory, cpu and pids these limits cannot be kept, and that is said; what
 * needs no controller (freezing, killing, processor time, processes) is the same everywhere.
 */
@Tag("host")
class CgroupV2E2E {
  private static final String ONLY_VERSION_2 =
      "mount --make-rprivate / && umount -R -l /sys/fs/cgroup"
          + " && mount -t cgroup2 none /sys/fs/cgroup && echo there && exec sleep 1000";

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerCli docker;
  private static Process namespace;

  /** Where this machine has version 2, as the test sees it. */
  private static Path unified;

  @BeforeAll
  static void startAgent() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    unified = unified();
    namespace = new ProcessBuilder("unshare", "-m", "sh", "-c", ONLY_VERSION_2).start();
    assertThat(namespace.inputReader().readLine()).isEqualTo("there");
    host = TempHost.create();
    agent = AgentProcess.startBy(inNamespace(), host);
    docker = new DockerCli(host);
    Busybox.importInto(host);
  }

  @AfterAll
  static void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    } finally {
      if (namespace != null) {
        namespace.destroyForcibly();
      }
    }
  }

  private static List<String> inNamespace() {
    return List.of("nsenter", "--mount=/proc/%d/ns/mnt".formatted(namespace.pid()));
  }

  private static Path unified() throws IOException {
    var mount = Pattern.compile("(?m)^\\S+ (\\S+) cgroup2 ");
    var found = mount.matcher(Files.readString(Path.of("/proc/mounts")));
    assumeTrue(found.find(), "this kernel has no control groups of version 2");
    return Path.of(found.group(1));
  }

  private static boolean has(String controller) throws IOException {
    var all = Files.readString(unified.resolve("cgroup.controllers")).strip();
    return List.of(all.split(" ")).contains(controller);
  }

  private static Path group(String container) {
    var id = docker.run("inspect", "-f", "{{.Id}}", container).succeeded().strip();
    return unified.resolve(AgentName.of(host.state()).prefix()).resolve(id);
  }

  private static String state(String container) {
    return docker.run("inspect", "-f", "{{.State.Status}}", container).succeeded().strip();
  }

  @Test
  void infoSaysSoAndWhichLimitsCannotBeKept() throws IOException {
    assertThat(docker.run("info", "-f", "{{.CgroupVersion}} {{.CgroupDriver}}").succeeded().strip())
        .isEqualTo("2 cgroupfs");
    var warnings = docker.run("info", "-f", "{{json .Warnings}}").succeeded();
    assertThat(warnings.contains("No memory limit support")).isEqualTo(!has("memory"));
    assertThat(warnings.contains("No pids limit support")).isEqualTo(!has("pids"));
    assertThat(warnings.contains("No cpu cfs quota support")).isEqualTo(!has("cpu"));
  }

  @Test
  void limitsAreKeptWhereTheControllerIsThereAndElseLeftOutAloud() throws IOException {
    var run =
        docker.run(
            "run",
            "--rm",
            "-m",
            "64m",
            "--pids-limit",
            "50",
            Busybox.IMAGE,
            "sh",
            "-c",
            "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max 2>/dev/null; echo ran");
    assertThat(run.succeeded()).endsWith("ran\n");
    assertThat(run.out().contains(Integer.toString(64 << 20))).isEqualTo(has("memory"));
    assertThat(run.err().contains("memory limit capabilities")).isEqualTo(!has("memory"));
    assertThat(run.err().contains("PIDs limit capabilities")).isEqualTo(!has("pids"));
  }

  @Test
  void aContainerIsMeasuredChangedFrozenAndKilledAndTheNextAgentFindsIt() throws IOException {
    docker
        .run("run", "-d", "--name", "busy", Busybox.IMAGE, "sh", "-c", "while :; do :; done")
        .succeeded();
    var group = group("busy");
    assertThat(Files.readAllLines(group.resolve("cgroup.procs"))).hasSize(1);
    Eventually.holds(
        RunningAgent.SOON,
        () ->
            assertThat(
                    docker
                        .run("stats", "--no-stream", "--format", "{{.CPUPerc}} {{.PIDs}}", "busy")
                        .succeeded())
                .matches("[1-9][0-9.]*% 1\n"));
    assertThat(docker.run("top", "busy").succeeded()).contains("while :");

    docker.run("pause", "busy").succeeded();
    assertThat(Files.readString(group.resolve("cgroup.events"))).contains("frozen 1");
    assertThat(state("busy")).isEqualTo("paused");
    docker.run("unpause", "busy").succeeded();
    assertThat(Files.readString(group.resolve("cgroup.events"))).contains("frozen 0");
    docker.run("update", "-m", "64m", "--memory-swap", "-1", "busy").succeeded();
    if (has("memory")) {
      assertThat(group.resolve("memory.max")).hasContent(Integer.toString(64 << 20));
    }

    agent.kill();
    agent = AgentProcess.startBy(inNamespace(), host);
    assertThat(state("busy")).isEqualTo("running");
    assertThat(docker.run("exec", "busy", "echo", "alive").succeeded()).isEqualTo("alive\n");
    docker.run("kill", "busy").succeeded();
    assertThat(docker.run("wait", "busy").succeeded()).isEqualTo("137\n");
    docker.run("rm", "busy").succeeded();
    assertThat(group).doesNotExist();
  }
}
