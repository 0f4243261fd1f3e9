package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed again and again, also while it starts, under clients that run containers and
 * programs in them. {@code -Dgantry.kills=100} asks for more than the daily number, {@code
 * -Dgantry.seed=N} for the moments of an earlier run.
 */
@Tag("host")
class KillAgentE2E {
  private static final int KILLS = Integer.getInteger("gantry.kills", 10);
  private static final long SEED = Long.getLong("gantry.seed", System.nanoTime());
  private static final int LIFE_MILLIS = 1000;

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
    System.out.printf("KillAgentE2E: %d kills, -Dgantry.seed=%d%n", KILLS, SEED);
    var random = new Random(SEED);
    var api = new DockerApi(host.dockerSocket());
    try (var load = new Load(host)) {
      var lasting = new LongLived(host, load.out());
      load.beginRuns(3);
      load.beginExecs(1, lasting.container());
      for (var kill = 0; kill < KILLS; kill++) {
        agent = agent.killedAndStarted(random, LIFE_MILLIS);
      }
      var done = load.end();
      System.out.printf("KillAgentE2E: %s%n", done);
      assertThat(done.containers()).as("containers run meanwhile").isGreaterThan(KILLS / 4);
      assertThat(done.execs()).as("execs run meanwhile").isPositive();
      assertThat(load.runs()).as("seed " + SEED).doesNotHaveDuplicates();
      assertThat(load.runs()).as("seed " + SEED).noneMatch(done.lost()::contains);
      assertThat(load.runs().stream().filter(name -> name.startsWith("client")))
          .as("containers that ran, seed " + SEED)
          .hasSize(done.containers());
      lasting.areAsTheyWere();
      lasting.remove();
    }

    assertThat(api.get("/containers/json?all=1").text().strip()).isEqualTo("[]");
    host.doctor().succeeded();
    assertThat(agent.terminate()).isIn(0, 143);
    assertThat(host.leftovers()).isEmpty();
    host.doctor().succeeded();
  }
}
