package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.RunningAgent.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers' networks and names outlive the agent that made them. */
@Tag("host")
class NetworksRestartE2E {
  @Test
  void afterAKilledAgentTheNextOneAnswersForNamesAndChangesNetworks() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    try (var host = TempHost.create()) {
      var docker = new DockerCli(host);
      var first = AgentProcess.start(host);
      Busybox.importInto(host);
      docker.run("network", "create", "front").succeeded();
      docker.run("network", "create", "back").succeeded();
      run(docker, "web", "front", "-p", "18191:80");
      run(docker, "client", "front");
      docker.run("network", "connect", "back", "web").succeeded();
      first.kill();
      // Packets need no agent.
      assertThat(fetch(host, "127.0.0.1:18191").out()).isEqualTo("web");
      try (var _ = AgentProcess.start(host)) {
        assertThat(asked(docker, "client", "web").succeeded()).isEqualTo("web");
        docker.run("rename", "web", "www").succeeded();
        assertThat(asked(docker, "client", "www").succeeded()).isEqualTo("web");
        assertThat(asked(docker, "client", "web").exit()).isNotZero();
        docker.run("network", "disconnect", "front", "www").succeeded();
        assertThat(asked(docker, "client", "www").exit()).isNotZero();
        docker.run("network", "connect", "back", "client").succeeded();
        assertThat(asked(docker, "client", "www").succeeded()).isEqualTo("web");
        Eventually.holds(
            SOON, () -> assertThat(fetch(host, "127.0.0.1:18191").out()).isEqualTo("web"));
        docker.run("rm", "-f", "www", "client").succeeded();
        docker.run("network", "rm", "front", "back").succeeded();
      }
    }
  }

  private static void run(DockerCli docker, String name, String network, String... options) {
    var words =
        java.util.stream.Stream.of(
                java.util.stream.Stream.of("run", "-d", "--name", name, "--network", network),
                java.util.Arrays.stream(options),
                java.util.stream.Stream.of(
                    Busybox.IMAGE,
                    "sh",
                    "-c",
                    "mkdir -p /w; printf " + name + " > /w/who; exec httpd -f -p 80 -h /w"))
            .flatMap(each -> each)
            .toArray(String[]::new);
    docker.run(words).succeeded();
  }

  private static Command.Result asked(DockerCli docker, String from, String name) {
    return docker.run("exec", from, "timeout", "9", "wget", "-qO-", "http://" + name + "/who");
  }

  private static Command.Result fetch(TempHost host, String address) {
    return Command.run(
        host.inNetwork(
            java.util.List.of("curl", "-sS", "--max-time", "5", "http://" + address + "/who")));
  }
}
