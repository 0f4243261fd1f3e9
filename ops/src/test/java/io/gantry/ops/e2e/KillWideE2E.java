package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed at random moments under clients of all that one host does. Every few kills
 * they come to rest, and all is looked through: nothing that was acknowledged is lost, nothing is
 * half, nothing is left. {@code ./dev e2e KillWideE2E} kills a hundred times; {@code
 * -Dgantry.seed=N} takes the moments of an earlier run.
 */
@Tag("host")
class KillWideE2E {
  private static final int KILLS =
      Integer.getInteger("gantry.wide.kills", Boolean.getBoolean("gantry.long") ? 100 : 5);
  private static final int KILLS_A_PART = 10;
  private static final long SEED = Long.getLong("gantry.seed", System.nanoTime());
  private static final int LIFE_MILLIS = 2500;
  private static final Duration AT_REST = Duration.ofSeconds(30);

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
  void nothingIsLostHalfOrLeftWhateverTheAgentWasDoingWhenItWasKilled() throws Exception {
    System.out.printf("KillWideE2E: %d kills, -Dgantry.seed=%d%n", KILLS, SEED);
    var random = new Random(SEED);
    var done = new TreeMap<String, Integer>();
    try (var load = new WideLoad(host)) {
      var lasting = new LongLived(host, Files.createDirectory(host.directory().resolve("out")));
      var atFirst = files();
      for (var killed = 0; killed < KILLS; killed += KILLS_A_PART) {
        load.begin(killed / KILLS_A_PART);
        for (var kill = killed; kill < Math.min(KILLS, killed + KILLS_A_PART); kill++) {
          agent = agent.killedAndStarted(random, LIFE_MILLIS);
          load.complaints();
        }
        load.end()
            .forEach(
                (name, rounds) -> done.merge(name.replaceAll("\\d", ""), rounds, Integer::sum));
        load.hasLeftNothing();
        allIsInOrder();
        Eventually.holds(
            AT_REST, () -> assertThat(files()).as("files, seed " + SEED).isEqualTo(atFirst));
      }
      lasting.areAsTheyWere();
      lasting.remove();
    }
    System.out.printf("KillWideE2E: %s%n", done);
    assertThat(done).allSatisfy((name, rounds) -> assertThat(rounds).as(name).isPositive());
    assertThat(agent.terminate()).isIn(0, 143);
    assertThat(host.leftovers()).isEmpty();
    host.doctor().succeeded();
  }

  private void allIsInOrder() {
    var audit = host.doctor();
    assertThat(audit.exit()).as(audit.out() + audit.err() + ", seed " + SEED).isZero();
    assertThat(audit.out()).as("seed " + SEED).doesNotContain("warn");
    host.gantry("record", "verify", "--state-dir", host.state().toString()).succeeded();
  }

  /** What containers, volumes, images and networks have on the disk. */
  private TreeSet<String> files() throws IOException {
    var found = new TreeSet<String>();
    for (var room : List.of("content", "layers", "builds", "containers", "volumes")) {
      var directory = host.state().resolve(room);
      if (Files.exists(directory)) {
        try (var files = Files.walk(directory, 2)) {
          files.filter(file -> !file.equals(directory)).map(Path::toString).forEach(found::add);
        }
      }
    }
    return found;
  }
}
