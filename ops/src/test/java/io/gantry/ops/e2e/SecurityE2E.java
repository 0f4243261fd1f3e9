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

/** What a container may do and share, seen from inside. */
@Tag("host")
class SecurityE2E {
  private static final String IMAGE = Busybox.IMAGE;

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
  void securityOptions() throws IOException {
    assertThat(field("NoNewPrivs", "--security-opt", "no-new-privileges")).isEqualTo("1");
    assertThat(field("NoNewPrivs", "--security-opt", "no-new-privileges:false")).isEqualTo("0");
    assertThat(field("Seccomp", "--security-opt", "seccomp=unconfined")).isEqualTo("0");
    var profile = host.directory().resolve("profile.json");
    Files.writeString(
        profile,
        """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
        """);
    assertThat(
            out("--security-opt", "seccomp=" + profile, IMAGE, "sh", "-c", "mkdir /x || echo no"))
        .isEqualTo("no");
    assertThat(
            out(
                "--security-opt",
                "systempaths=unconfined",
                IMAGE,
                "sh",
                "-c",
                "grep -c ' /proc/' /proc/mounts; true"))
        .isEqualTo("0");
    assertThat(docker.run("create", "--security-opt", "bogus=1", IMAGE, "true").err())
        .contains("invalid --security-opt 2: \"bogus=1\"");
  }

  @Test
  void controlGroupsAreWritableOnlyWhenAskedFor() {
    assertThat(out(IMAGE, "sh", "-c", "mkdir /sys/fs/cgroup/*/x 2>/dev/null || echo no"))
        .isEqualTo("no");
    assertThat(
            out(
                "--security-opt",
                "writable-cgroups=true",
                IMAGE,
                "sh",
                "-c",
                "d=/sys/fs/cgroup/pids; [ -d $d ] || d=/sys/fs/cgroup; mkdir $d/x && rmdir $d/x &&"
                    + " echo yes"))
        .isEqualTo("yes");
  }

  @Test
  void devicesAreThereWithTheAccessAskedFor() {
    assertThat(
            out(
                "--device",
                "/dev/null:/dev/hole:r",
                IMAGE,
                "sh",
                "-c",
                "[ -c /dev/hole ] && cat /dev/hole && echo readable"))
        .isEqualTo("readable");
    var open = "mknod /d c 1 11 && (: </d) 2>/dev/null && echo yes || echo no";
    assertThat(out(IMAGE, "sh", "-c", open)).isEqualTo("no");
    assertThat(docker.run("run", "--rm", "--device", "/dev/none", IMAGE, "true").err())
        .contains("error gathering device information while adding custom device \"/dev/none\"");
    assertThat(docker.run("run", "--rm", "--gpus", "all", IMAGE, "true").err())
        .contains("could not select device driver \"\" with capabilities: [[gpu]]");
  }

  @Test
  void ulimitsGroupsSharedMemoryAndSysctls() {
    assertThat(out("--ulimit", "nofile=512:1024", IMAGE, "sh", "-c", "ulimit -n; ulimit -Hn"))
        .isEqualTo("512\n1024");
    assertThat(out("--group-add", "27", "--group-add", "nogroup", IMAGE, "id", "-G"))
        .isEqualTo("0 27 65534");
    assertThat(out("--shm-size", "8m", IMAGE, "sh", "-c", "df -k /dev/shm | tail -1"))
        .contains(" 8192 ");
    assertThat(
            out("--sysctl", "net.core.somaxconn=100", IMAGE, "cat", "/proc/sys/net/core/somaxconn"))
        .isEqualTo("100");
  }

  @Test
  void ulimitsHoldForExecsToo() {
    var id = detached("--ulimit", "nofile=300:300", IMAGE, "sleep", "1000");
    assertThat(docker.run("exec", id, "sh", "-c", "ulimit -n").succeeded()).isEqualTo("300\n");
    docker.run("rm", "-f", id).succeeded();
  }

  @Test
  void aSysctlOfTheHostIsRefused() throws IOException {
    var answer =
        api.post(
            "/containers/create",
            "{\"Image\":\"%s\",\"Cmd\":[\"true\"],\"HostConfig\":{\"Sysctls\":{\"vm.swappiness\":\"1\"}}}"
                .formatted(IMAGE));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text())
        .contains("sysctl \\\"vm.swappiness\\\" is not in a separate kernel namespace");
  }

  @Test
  void namespacesAreSharedWithAnotherContainer() {
    var one = detached("--ipc", "shareable", "--name", "one", IMAGE, "sh", "-c", "sleep 777; true");
    assertThat(out("--pid", "container:one", IMAGE, "ps")).contains("sleep 777");
    docker.run("exec", one, "touch", "/dev/shm/shared").succeeded();
    assertThat(out("--ipc", "container:one", IMAGE, "ls", "/dev/shm")).isEqualTo("shared");
    docker.run("rm", "-f", one).succeeded();
    var two = detached("--name", "two", IMAGE, "sleep", "777");
    assertThat(docker.run("run", "--rm", "--ipc", "container:two", IMAGE, "true").err())
        .contains("non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
    docker.run("rm", "-f", two).succeeded();
  }

  @Test
  void namespacesAreSharedWithTheHost() throws IOException {
    for (var each : List.of("pid", "ipc", "uts")) {
      var own = Files.readSymbolicLink(Path.of("/proc/self/ns/" + each)).toString();
      assertThat(out(IMAGE, "readlink", "/proc/self/ns/" + each)).isNotEqualTo(own);
      assertThat(out("--" + each, "host", IMAGE, "readlink", "/proc/self/ns/" + each))
          .isEqualTo(own);
    }
    assertThat(out("--userns", "host", IMAGE, "cat", "/proc/self/uid_map")).contains("4294967295");
    assertThat(docker.run("create", "--uts", "host", "--hostname", "x", IMAGE, "true").err())
        .contains("conflicting options: hostname and the UTS mode");
  }

  @Test
  void readOnlyRootsPrivilegedAndInit() {
    assertThat(
            out(
                "--read-only",
                "--tmpfs",
                "/t:size=1m",
                IMAGE,
                "sh",
                "-c",
                "touch /x 2>/dev/null || echo no; touch /t/x && echo yes"))
        .isEqualTo("no\nyes");
    assertThat(out("--privileged", IMAGE, "sh", "-c", "[ -e /dev/kmsg ] && echo yes"))
        .isEqualTo("yes");
    assertThat(out("--runtime", "runc", IMAGE, "echo", "runc")).isEqualTo("runc");
    assertThat(docker.run("create", "--runtime", "nope", IMAGE, "true").err())
        .contains("unknown or invalid runtime name: nope");
    var init = docker.run("run", "--rm", "--init", IMAGE, "ps");
    assertThat(init.exit() == 0 ? init.out() : init.err()).contains("init");
  }

  private static String field(String name, String... options) {
    var words = new ArrayList<>(List.of(options));
    words.addAll(List.of(IMAGE, "sed", "-n", "s/^" + name + ":\\t*//p", "/proc/self/status"));
    return out(words.toArray(String[]::new));
  }

  private static String out(String... arguments) {
    var words = new ArrayList<>(List.of("run", "--rm"));
    words.addAll(List.of(arguments));
    return docker.run(words.toArray(String[]::new)).succeeded().strip();
  }

  private static String detached(String... arguments) {
    var words = new ArrayList<>(List.of("run", "-d"));
    words.addAll(List.of(arguments));
    return docker.run(words.toArray(String[]::new)).succeeded().strip();
  }
}
