package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed again and again while clients run containers. {@code -Dgantry.kills=100} asks
 * for more than the daily number.
 */
@Tag("host")
class KillAgentE2E {
  private static final int KILLS = Integer.getInteger("gantry.kills", 10);

  private TempHost host;
  private AgentProcess agent;

  @BeforeEach
  void startAgent() throws IOException {
    host = TempHost.create();
    agent = AgentProcess.start(host);
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
  void nothingIsLostRunTwiceOrLeftBehindWhenTheAgentIsKilledUnderLoad() throws Exception {
    var api = new DockerApi(host.dockerSocket());
    var sleeper =
        """
        {"Image":"%s","Cmd":["sleep","10000"],"HostConfig":{"NetworkMode":"none"}}"""
            .formatted(Busybox.IMAGE);
    api.post("/containers/create?name=sleeper", sleeper).succeeded();
    api.post("/containers/sleeper/start", "").succeeded();
    var sleepersPid = pidOf(api, "sleeper");

    var seed = System.nanoTime();
    var random = new Random(seed);
    try (var load = new Load(host)) {
      load.begin(3);
      for (var kill = 0; kill < KILLS; kill++) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1000)).toNanos());
        agent.kill();
        agent = AgentProcess.start(host);
      }
      var containers = load.end();
      assertThat(load.runs()).as("seed " + seed).hasSize(containers).doesNotHaveDuplicates();
    }

    assertThat(pidOf(api, "sleeper")).isEqualTo(sleepersPid);
    api.delete("/containers/sleeper?force=1").succeeded();
    assertThat(agent.terminate()).isIn(0, 143);
    assertThat(host.leftovers()).isEmpty();
    host.doctor().succeeded();
  }

  private static String pidOf(DockerApi api, String name) throws IOException {
    var inspected = api.get("/containers/" + name + "/json").succeeded().text();
    var at = inspected.indexOf("\"Pid\":") + 6;
    return inspected.substring(at, inspected.indexOf(',', at));
  }
}
