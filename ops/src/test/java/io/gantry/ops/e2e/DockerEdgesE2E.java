package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where a dockerd of Debian's, asked the same beside Gantry, once answered otherwise. */
@Tag("host")
class DockerEdgesE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  private static final String IMAGE = Busybox.IMAGE;

  @Test
  void anExecHasTheOomScoreOfItsContainer() {
    var id = AGENT.detached("--oom-score-adj", "300", IMAGE, "sleep", "1000");
    // The engine gives it, as soon as the process runs.
    var waiting = "until grep -qx 300 /proc/self/oom_score_adj; do :; done; echo judged";
    assertThat(AGENT.docker("exec", id, "timeout", "20", "sh", "-c", waiting)).isEqualTo("judged");
    AGENT.remove(id);
  }

  @Test
  void anExecThatCannotBeginSaysWhyAndHowItEnded() {
    var id = AGENT.detached(IMAGE, "sleep", "1000");
    var missing = AGENT.docker().run("exec", id, "nothere");
    assertThat(missing.exit()).isEqualTo(127);
    assertThat(missing.err() + missing.out())
        .contains("exec: \"nothere\": executable file not found in $PATH");
    var directory = AGENT.docker().run("exec", id, "/etc");
    assertThat(directory.exit()).isEqualTo(126);
    var nowhere = AGENT.docker().run("exec", "-w", "/nowhere", id, "true");
    assertThat(nowhere.exit()).isEqualTo(127);
    assertThat(nowhere.err() + nowhere.out())
        .contains("\"/nowhere\"")
        .containsIgnoringCase("no such file or directory");
    AGENT.remove(id);
  }

  @Test
  void whatIsPausedHasProcesses() {
    var id = AGENT.detached(IMAGE, "sleep", "1000");
    AGENT.docker("pause", id);
    assertThat(AGENT.docker("top", id)).contains("sleep 1000");
    AGENT.docker("unpause", id);
    assertThat(failure("top", id, "-o", "nonsense"))
        .contains("ps: error: unknown user-defined format specifier \"nonsense\"")
        .doesNotContain("Usage");
    AGENT.remove(id);
  }

  @Test
  void refusalsAreDockers() {
    var id = AGENT.detached("--cpus", "0.5", IMAGE, "sleep", "1000");
    assertThat(failure("update", "--cpu-quota", "20000", id))
        .contains("Cannot update container " + id + ": Conflicting options: CPU Quota cannot be");
    assertThat(failure("kill", "-s", "99", id))
        .contains("the linux daemon does not support signal 99");
    assertThat(failure("kill", "-s", "NONSENSE", id)).contains("invalid signal: NONSENSE");
    assertThat(failure("run", "--rm", "--cpu-shares=-1", IMAGE, "true"))
        .contains("shares: invalid argument");
    AGENT.remove(id);
  }

  @Test
  void aPublishedPortIsShownWhereItAnswers() {
    var id =
        AGENT.detached(
            "-p", "18290:80", "-p", "127.0.0.1:18291:80", IMAGE, "httpd", "-f", "-p", "80");
    for (var address : new String[] {"127.0.0.1:18290", "[::1]:18290", "127.0.0.1:18291"}) {
      Eventually.holds(
          RunningAgent.SOON,
          () ->
              assertThat(AGENT.onHost("curl", "-sg", "--max-time", "5", address).exit()).isZero());
    }
    assertThat(AGENT.docker("port", id, "80").lines())
        .containsExactlyInAnyOrder("0.0.0.0:18290", "[::]:18290", "127.0.0.1:18291");
    AGENT.remove(id);
  }

  @Test
  void theDefaultBridgeAndTheBuildSayWhatTheyAre() {
    var bridge =
        AGENT.docker(
            "network",
            "inspect",
            "-f",
            "{{index .Options \"com.docker.network.bridge.name\"}}",
            "bridge");
    assertThat(AGENT.onHost("ip", "link", "show", bridge).exit()).isZero();
    assertThat(AGENT.docker("version", "-f", "{{.Server.GitCommit}}"))
        .matches("[0-9a-f]{7,40}|unknown");
  }

  /** Docker's command line waits for the removal before it asks for the start. */
  @Test
  void whatIsRemovedByItselfIsGoneBeforeItsStartIsRefused() {
    for (var i = 0; i < 5; i++) {
      var refused = AGENT.docker().run("run", "--rm", "--device", "/dev/nothere", IMAGE, "true");
      assertThat(refused.exit()).isNotZero();
      assertThat(refused.err()).doesNotContain("context canceled");
    }
    assertThat(AGENT.docker("ps", "-aq")).isEmpty();
  }

  @Test
  void pruningTakesNetworksThatNothingRunningUses() {
    AGENT.docker("network", "create", "edges");
    AGENT.docker("create", "--name", "edges-made", "--network", "edges", IMAGE, "true");
    assertThat(AGENT.docker("network", "prune", "-f")).contains("edges");
    assertThat(failure("start", "edges-made")).contains("network edges not found");
    AGENT.remove("edges-made");
  }

  @Test
  void aVolumeIsUnmountedOnlyAfterItWasMounted() {
    var since = Long.toString(Instant.now().getEpochSecond());
    AGENT.docker("volume", "create", "edges-volume");
    AGENT.docker("create", "--name", "edges-idle", "-v", "edges-volume:/d", IMAGE, "true");
    AGENT.docker("rm", "edges-idle");
    AGENT.run("-v", "edges-volume:/d", IMAGE, "true");
    AGENT.docker("volume", "rm", "edges-volume");
    assertThat(
            AGENT.docker(
                "events",
                "--since",
                since,
                "--until=-1s",
                "--filter",
                "volume=edges-volume",
                "--format",
                "{{.Action}}"))
        .isEqualTo("create\nmount\nunmount\ndestroy");
  }

  private static String failure(String... words) {
    var result = AGENT.docker().run(words);
    assertThat(result.exit()).isNotZero();
    return result.err();
  }
}
