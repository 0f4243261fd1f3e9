package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.Busybox.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the options of {@code docker run} do to the process inside. */
@Tag("host")
class DockerOptionsE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  @Test
  void userEnvironmentAndDirectoryAreThoseAskedFor() {
    assertThat(
            AGENT.run(
                "-u",
                "65534:7",
                "-e",
                "A=1 2",
                "-w",
                "/made/here",
                IMAGE,
                "sh",
                "-c",
                "id -u; id -g; echo $A; pwd"))
        .isEqualTo("65534\n7\n1 2\n/made/here");
  }

  @Test
  void groupsAreAdded() {
    assertThat(AGENT.run("-u", "1000:1000", "--group-add", "27", IMAGE, "id", "-G"))
        .isEqualTo("1000 27");
  }

  @Test
  void anEntrypointComesBeforeTheCommandAndMayBeReplaced() {
    assertThat(AGENT.run("--entrypoint", "echo", IMAGE, "a", "b")).isEqualTo("a b");
  }

  @Test
  void theHostnameIsInTheFilesOfTheContainer() {
    assertThat(
            AGENT.run(
                "--hostname",
                "here",
                "--domainname",
                "example.org",
                IMAGE,
                "sh",
                "-c",
                "hostname; cat /etc/hostname; grep -c here.example.org /etc/hosts"))
        .isEqualTo("here\nhere\n1");
  }

  @Test
  void namesAndServersOfTheUserAreInTheFilesOfTheContainer() {
    assertThat(
            AGENT.run(
                "--add-host",
                "db:192.0.2.7",
                "--dns",
                "192.0.2.53",
                "--dns-search",
                "example.org",
                "--dns-option",
                "ndots:3",
                IMAGE,
                "sh",
                "-c",
                "grep db /etc/hosts; cat /etc/resolv.conf"))
        .contains("192.0.2.7\tdb", "nameserver 192.0.2.53", "search example.org", "ndots:3");
  }

  @Test
  void aReadOnlyRootTakesNoWritesButItsTmpfsDoes() {
    var result =
        AGENT
            .docker()
            .run(
                "run",
                "--rm",
                "--read-only",
                "--tmpfs",
                "/scratch:size=1m,mode=1777",
                IMAGE,
                "sh",
                "-c",
                "touch /scratch/ok && echo written; touch /no");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEqualTo("written\n");
    assertThat(result.err()).contains("Read-only file system");
  }

  @Test
  void initReapsAndForwardsSignals() {
    assertThat(AGENT.run("--init", IMAGE, "sh", "-c", "cat /proc/1/comm")).doesNotContain("sh");
    var id = AGENT.detached("--init", IMAGE, "sleep", "1000");
    AGENT.docker("stop", "-t", "20", id);
    assertThat(AGENT.inspect("{{.State.ExitCode}}", id)).isEqualTo("143");
    AGENT.remove(id);
  }

  @Test
  void capabilitiesAreDockersAndCanBeTakenAndGiven() {
    assertThat(capabilities()).isEqualTo("00000000a80425fb");
    assertThat(capabilities("--cap-drop", "ALL")).isEqualTo("0000000000000000");
    assertThat(capabilities("--cap-drop", "ALL", "--cap-add", "NET_ADMIN"))
        .isEqualTo("0000000000001000");
  }

  private static String capabilities(String... options) {
    var words = new ArrayList<>(List.of(options));
    words.addAll(List.of(IMAGE, "grep", "CapEff", "/proc/self/status"));
    return AGENT.run(words.toArray(String[]::new)).replace("CapEff:\t", "");
  }

  @Test
  void systemCallsAreFilteredUnlessTheUserSaysOtherwise() throws IOException {
    assertThat(AGENT.run(IMAGE, "grep", "Seccomp:", "/proc/self/status")).endsWith("2");
    assertThat(
            AGENT.run(
                "--security-opt",
                "seccomp=unconfined",
                IMAGE,
                "grep",
                "Seccomp:",
                "/proc/self/status"))
        .endsWith("0");
    var profile = AGENT.host().directory().resolve("profile.json");
    Files.writeString(
        profile,
        """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}\
        """);
    var refused =
        AGENT
            .docker()
            .run("run", "--rm", "--security-opt", "seccomp=" + profile, IMAGE, "mkdir", "/x");
    assertThat(refused.err()).contains("Operation not permitted");
  }

  @Test
  void noNewPrivilegesIsSet() {
    assertThat(
            AGENT.run(
                "--security-opt",
                "no-new-privileges",
                IMAGE,
                "grep",
                "NoNewPrivs",
                "/proc/self/status"))
        .endsWith("1");
  }

  @Test
  void thePathsOfTheKernelAreMaskedUnlessPrivileged() {
    var look =
        "cat /proc/keys 2>/dev/null | wc -c; echo x 2>/dev/null > /proc/sys/kernel/domainname"
            + " && echo writable || echo protected; ls /dev | wc -l";
    var confined = AGENT.run(IMAGE, "sh", "-c", look).lines().toList();
    assertThat(confined.get(0)).isEqualTo("0");
    assertThat(confined.get(1)).isEqualTo("protected");
    var privileged = AGENT.run("--privileged", IMAGE, "sh", "-c", "ls /dev | wc -l");
    assertThat(Integer.parseInt(privileged)).isGreaterThan(Integer.parseInt(confined.get(2)));
  }

  @Test
  void theStopSignalIsTheUsers() {
    var id =
        AGENT.detached(
            "--stop-signal",
            "USR1",
            IMAGE,
            "sh",
            "-c",
            "trap 'exit 4' USR1; while :; do sleep 0.05; done");
    AGENT.docker("stop", "-t", "20", id);
    assertThat(AGENT.inspect("{{.State.ExitCode}}", id)).isEqualTo("4");
    AGENT.remove(id);
  }

  @Test
  void labelsAreKeptAndFound() {
    var id = AGENT.detached("--label", "tier=web", "--label", "empty", IMAGE, "sleep", "1000");
    assertThat(AGENT.docker("ps", "-q", "--no-trunc", "--filter", "label=tier=web")).isEqualTo(id);
    assertThat(AGENT.docker("ps", "-q", "--filter", "label=tier=db")).isEmpty();
    assertThat(AGENT.inspect("{{json .Config.Labels}}", id))
        .isEqualTo("{\"empty\":\"\",\"tier\":\"web\"}");
    AGENT.remove(id);
  }

  @Test
  void aDeviceOfTheHostIsGiven() {
    assertThat(
            AGENT.run(
                "--device",
                "/dev/full:/dev/brim",
                IMAGE,
                "sh",
                "-c",
                "echo x > /dev/brim 2>/dev/null || echo full"))
        .isEqualTo("full");
  }

  @Test
  void aBindIsTheHostsDirectoryAndReadOnlyWhenAsked() throws IOException {
    var directory = Files.createDirectory(AGENT.host().directory().resolve("shared"));
    Files.writeString(directory.resolve("file"), "from the host");
    assertThat(
            AGENT.run(
                "-v",
                directory + ":/data",
                IMAGE,
                "sh",
                "-c",
                "cat /data/file; echo from inside > /data/back"))
        .isEqualTo("from the host");
    assertThat(directory.resolve("back")).hasContent("from inside\n");
    var readOnly =
        AGENT.docker().run("run", "--rm", "-v", directory + ":/data:ro", IMAGE, "touch", "/data/x");
    assertThat(readOnly.err()).contains("Read-only file system");
    var missing =
        AGENT
            .docker()
            .run("run", "--rm", "--mount", "type=bind,src=/no/such,dst=/d", IMAGE, "true");
    assertThat(missing.exit()).isEqualTo(125);
    assertThat(missing.err())
        .contains(
            "invalid mount config for type \"bind\": bind source path does not exist: /no/such");
  }

  @Test
  void sysctlsAreSetInTheContainersNamespace() {
    assertThat(
            AGENT.run(
                "--sysctl",
                "net.ipv4.ip_default_ttl=77",
                IMAGE,
                "cat",
                "/proc/sys/net/ipv4/ip_default_ttl"))
        .isEqualTo("77");
  }

  @Test
  void sharedMemoryHasTheSizeAskedFor() {
    assertThat(AGENT.run("--shm-size", "8m", IMAGE, "sh", "-c", "df -k /dev/shm | tail -1"))
        .contains(" 8192 ");
  }

  @Test
  void theCidFileHoldsTheId() throws IOException {
    var file = AGENT.host().directory().resolve("cid");
    AGENT.run("--cidfile", file.toString(), IMAGE, "true");
    assertThat(Files.readString(file)).matches("[0-9a-f]{64}");
  }
}
