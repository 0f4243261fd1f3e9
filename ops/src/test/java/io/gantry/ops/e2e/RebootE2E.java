package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * After a reboot all processes, mounts and network devices are gone; only the disk is as it was.
 */
@Tag("host")
class RebootE2E {
  private static final Duration SOON = Duration.ofSeconds(20);

  private TempHost host;
  private AgentProcess agent;
  private DockerCli docker;

  @BeforeEach
  void startAgent() throws IOException {
    host = TempHost.create();
    agent = AgentProcess.start(host);
    docker = new DockerCli(host);
    Busybox.importInto(host);
  }

  @AfterEach
  void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host.
    }
  }

  @Test
  void theRestartPoliciesDecideWhatRunsAgain() {
    run("plain", "no");
    run("steady", "always", "-p", "18081:80", "-v", "kept:/data");
    run("halted", "unless-stopped");
    run("lasting", "unless-stopped");
    run("always-on", "always");
    run("failing", "on-failure:3");
    docker.run("exec", "steady", "sh", "-c", "echo before > /data/file; echo mark > /mark");
    docker.run("stop", "-t", "0", "halted").succeeded();
    docker.run("stop", "-t", "0", "always-on").succeeded();
    var firstPid = state("steady", "{{.State.Pid}}");

    agent.kill();
    host.reboot();
    agent = AgentProcess.start(host);

    Eventually.holds(
        SOON,
        () -> {
          assertThat(state("steady", "{{.State.Running}}")).isEqualTo("true");
          assertThat(state("lasting", "{{.State.Running}}")).isEqualTo("true");
          assertThat(state("always-on", "{{.State.Running}}")).isEqualTo("true");
          assertThat(state("failing", "{{.State.Running}}")).isEqualTo("true");
        });
    assertThat(state("steady", "{{.State.Pid}}")).isNotEqualTo(firstPid);
    assertThat(state("plain", "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 255");
    assertThat(state("halted", "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
    assertThat(docker.run("exec", "steady", "cat", "/data/file", "/mark").succeeded())
        .isEqualTo("before\nmark\n");
    assertThat(answer()).contains("nobody");
    assertThat(docker.run("logs", "plain").succeeded()).isEqualTo("started\n");
    host.doctor().succeeded();
  }

  private void run(String name, String policy, String... more) {
    var words = new ArrayList<>(List.of("run", "-d", "--name", name));
    words.addAll(List.of("--restart", policy));
    words.addAll(List.of(more));
    words.addAll(List.of(Busybox.IMAGE, "sh", "-c", "echo started; exec httpd -f -p 80 -h /etc"));
    docker.run(words.toArray(String[]::new)).succeeded();
  }

  private String state(String container, String template) {
    return docker.run("inspect", "-f", template, container).succeeded().strip();
  }

  private String answer() {
    var fetch = List.of("curl", "-sS", "--max-time", "5", "http://127.0.0.1:18081/passwd");
    return Command.run(host.inNetwork(fetch)).succeeded();
  }
}
