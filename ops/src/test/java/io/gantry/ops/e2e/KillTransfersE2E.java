package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gantry.ops.e2e.TransferLoad.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The agent is killed at random moments of pulls, pushes, builds and loads, also while it starts.
 * {@code -Dgantry.kills=50} asks for more than the daily number, {@code -Dgantry.seed=N} for the
 * moments of an earlier run.
 */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "two minutes: ./dev e2e KillTransfersE2E")
class KillTransfersE2E {
  private static final int KILLS = Math.max(1, Integer.getInteger("gantry.kills", 6));
  private static final long SEED = Long.getLong("gantry.seed", System.nanoTime());
  private static final int LIFE_MILLIS = 4000;
  private static final Duration SWEPT = Duration.ofSeconds(90);

  private TempHost host;
  private AgentProcess agent;

  @BeforeEach
  void startAgent() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    assumeTrue(DebianRegistry.installed(), "docker-registry is not installed");
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
  void noImageIsPartialAndNothingIsLeftWhenTheAgentIsKilledUnderTransfersAndBuilds()
      throws Exception {
    System.out.printf("KillTransfersE2E: %d kills, -Dgantry.seed=%d%n", KILLS, SEED);
    var random = new Random(SEED);
    try (var registry = DebianRegistry.start(host, "127.0.0.1:5000");
        var load = new TransferLoad(host, registry.address(), SEED)) {
      load.begin();
      for (var kill = 0; kill < KILLS; kill++) {
        agent = agent.killedAndStarted(random, LIFE_MILLIS);
      }
      var done = load.end();
      System.out.printf("KillTransfersE2E: %s%n", done);
      assertThat(done).as("seed " + SEED).containsKeys(Verb.values());

      Eventually.holds(SWEPT, () -> assertThat(unfinished()).as("seed " + SEED).isEmpty());
      for (var image : load.images()) {
        load.holdsWhatItShould(image);
      }
    }
    removeAll();
    Eventually.holds(SWEPT, () -> assertThat(files()).as("seed " + SEED).isEmpty());
    host.doctor().succeeded();
    assertThat(agent.terminate()).isIn(0, 143);
    assertThat(host.leftovers()).isEmpty();
    host.doctor().succeeded();
  }

  /** Pulls, pushes and builds that have begun and not ended, by the record. */
  private List<String> unfinished() {
    var open = new ArrayList<String>();
    for (var entry : host.gantry("events", "--after", "0").succeeded().lines().toList()) {
      var words = entry.split(" ");
      switch (words[2]) {
        case "pull_requested", "push_requested", "build_started" -> open.add(words[3]);
        case "pull_ended", "push_ended", "build_succeeded", "build_failed" -> open.remove(words[3]);
        default -> {}
      }
    }
    return open;
  }

  private void removeAll() {
    var docker = new DockerCli(host);
    assertThat(docker.run("ps", "-aq").succeeded()).isEmpty();
    docker.run("builder", "prune", "-af").succeeded();
    docker.run("image", "prune", "-af").succeeded();
    assertThat(docker.run("images", "-aq").succeeded()).isEmpty();
  }

  /** What images, transfers, builds and containers have on the disk. */
  private List<Path> files() throws IOException {
    var found = new ArrayList<Path>();
    for (var room : List.of("content", "layers", "builds", "containers")) {
      try (Stream<Path> files = Files.walk(host.state().resolve(room), 3)) {
        files.filter(file -> !isHome(file)).forEach(found::add);
      }
    }
    return found;
  }

  private boolean isHome(Path file) {
    var place = host.state().relativize(file).toString();
    return List.of(
            "content",
            "content/sha256",
            "content/incoming",
            "content/arrivals",
            "content/seen-blobs",
            "content/archives",
            "layers",
            "layers/incoming",
            "builds",
            "builds/cache",
            "builds/running",
            "builds/scratch",
            "containers")
        .contains(place);
  }
}
