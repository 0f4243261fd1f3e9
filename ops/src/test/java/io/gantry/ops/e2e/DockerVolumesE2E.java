package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.Busybox.IMAGE;
import static io.gantry.ops.e2e.RunningAgent.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What outlives a container, and what goes with it. */
@Tag("host")
class DockerVolumesE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  @Test
  void aNamedVolumeOutlivesItsContainers() {
    AGENT.run("-v", "kept:/data", IMAGE, "sh", "-c", "echo text > /data/file");
    assertThat(AGENT.run("-v", "kept:/elsewhere", IMAGE, "cat", "/elsewhere/file"))
        .isEqualTo("text");
    assertThat(AGENT.docker("volume", "rm", "kept")).isEqualTo("kept");
    assertThat(AGENT.docker().run("volume", "inspect", "kept").err()).contains("no such volume");
  }

  @Test
  void aVolumeInUseIsNotRemoved() {
    var id = AGENT.detached("--name", "holder", "-v", "held:/data", IMAGE, "sleep", "1000");
    var refused = AGENT.docker().run("volume", "rm", "held");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("remove held: volume is in use - [" + id + "]");
    AGENT.remove("holder");
    AGENT.docker("volume", "rm", "held");
  }

  @Test
  void aFreshVolumeTakesWhatTheImageHasThere() {
    assertThat(AGENT.run("-v", "filled:/etc", IMAGE, "ls", "/etc")).contains("passwd");
    assertThat(AGENT.run("-v", "filled:/seen", IMAGE, "ls", "/seen")).contains("passwd");
    assertThat(
            AGENT.run(
                "--mount",
                "type=volume,src=bare,dst=/etc,volume-nocopy",
                IMAGE,
                "sh",
                "-c",
                "ls /etc/passwd 2>&1 || true"))
        .contains("No such file");
    AGENT.docker("volume", "rm", "filled", "bare");
  }

  @Test
  void aReadOnlyVolumeTakesNoWrites() {
    var result = AGENT.docker().run("run", "--rm", "-v", "ro:/data:ro", IMAGE, "touch", "/data/x");
    assertThat(result.err()).contains("Read-only file system");
    AGENT.docker("volume", "rm", "ro");
  }

  @Test
  void volumesOfAnotherContainerAreTaken() {
    AGENT.docker(
        "create", "--name", "source", "-v", "theirs:/data", "-v", "/anonymous", IMAGE, "true");
    AGENT.run(
        "--volumes-from", "source", IMAGE, "sh", "-c", "echo x > /data/x; echo y > /anonymous/y");
    assertThat(
            AGENT.run(
                "--volumes-from",
                "source:ro",
                IMAGE,
                "sh",
                "-c",
                "cat /data/x /anonymous/y; touch /data/z 2>/dev/null || echo closed"))
        .isEqualTo("x\ny\nclosed");
    AGENT.remove("source");
    AGENT.docker("volume", "rm", "theirs");
  }

  @Test
  void volumesHaveLabelsAndAreFoundByThem() {
    AGENT.docker("volume", "create", "--label", "tier=db", "labelled");
    assertThat(AGENT.docker("volume", "ls", "-q", "--filter", "label=tier=db"))
        .isEqualTo("labelled");
    assertThat(AGENT.inspect("{{.Driver}} {{.Scope}}", "labelled")).isEqualTo("local local");
    AGENT.docker("volume", "rm", "labelled");
  }

  @Test
  void aVolumeOfATmpfsIsMountedWhileItIsUsed() {
    AGENT.docker(
        "volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m", "swift");
    assertThat(AGENT.run("-v", "swift:/data", IMAGE, "sh", "-c", "df -k /data | tail -1"))
        .contains(" 1024 ");
    AGENT.docker("volume", "rm", "swift");
  }

  @Test
  void aVolumeThatCannotBeMountedFailsTheStartInWordsThatDockersCommandLineKnows() {
    AGENT.docker("volume", "create", "-o", "type=ext4", "-o", "device=/dev/none-such", "broken");
    var run = AGENT.docker().run("run", "--rm", "-v", "broken:/x", IMAGE, "true");
    assertThat(run.exit()).isEqualTo(127);
    assertThat(run.err())
        .containsPattern(
            "error while mounting volume '(\\S+/broken/_data)': failed to mount local volume:"
                + " mount /dev/none-such:\\1: no such file or directory");
    AGENT.docker("volume", "rm", "broken");
  }

  @Test
  void pruningTakesTheAnonymousThatNobodyUses() {
    var id = AGENT.detached("-v", "/data", "-v", "named:/other", IMAGE, "sleep", "1000");
    AGENT.docker("rm", "-f", id);
    assertThat(AGENT.docker("volume", "ls", "-q").lines()).hasSize(2);
    assertThat(AGENT.docker("volume", "prune", "-f")).contains("Total reclaimed space");
    Eventually.holds(SOON, () -> assertThat(AGENT.docker("volume", "ls", "-q")).isEqualTo("named"));
    AGENT.docker("volume", "prune", "-af");
    assertThat(AGENT.docker("volume", "ls", "-q")).isEmpty();
  }
}
