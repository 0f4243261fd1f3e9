package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Five hosts with a service of ten replicas and clients at each of them, whose networks are cut,
 * and whose agents are paused and killed at random, some at a time. After each time the cluster is
 * whole again, and in the end the records of all hosts are looked through. {@code ./dev e2e
 * ClusterFaultsE2E} does it a hundred times; {@code GANTRY_FAULTS=N} so often, {@code
 * GANTRY_SEED=N} as an earlier run did.
 */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "half an hour: ./dev e2e ClusterFaultsE2E")
class ClusterFaultsE2E {
  private static final int FAULTS = Integer.getInteger("gantry.faults", 100);
  private static final long SEED = Long.getLong("gantry.seed", System.nanoTime());
  private static final int HOSTS = 5;
  private static final int REPLICAS = 10;
  private static final Duration WHOLE = Duration.ofMinutes(3);
  private static final Duration AT_REST = Duration.ofMinutes(3);

  /** Where the logs of a run that failed are. */
  private static final Path EVIDENCE = Path.of("target/cluster-faults").toAbsolutePath();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Duration> mended = new ArrayList<>();
  private TempHosts hosts;

  @BeforeEach
  void start() throws IOException {
    hosts = TempHosts.start(HOSTS);
    hosts.join();
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
    hosts.close();
  }

  @Test
  void recordsAccountForEveryContainerAndEachReplicaRunsOnceWhateverHappensToTheHosts()
      throws Exception {
    System.out.printf(
        "ClusterFaultsE2E: %d faults, GANTRY_FAULTS=%d GANTRY_SEED=%d%n", FAULTS, FAULTS, SEED);
    var random = new Random(SEED);
    var cluster = new WholeCluster(hosts, "web", REPLICAS);
    try (var followed = new FollowedRecord(hosts);
        var load = new ClusterLoad(hosts)) {
      createService();
      Eventually.holds(WHOLE, cluster::isWhole);
      load.begin();
      for (var done = 0; done < FAULTS; ) {
        var faults = Fault.draw(random, HOSTS, FAULTS - done);
        done += faults.size();
        happen(done, faults);
        if (random.nextInt(3) == 0) {
          followed.move();
        }
        load.complaints();
        becomesWhole(cluster);
      }
      var rounds = load.end();
      System.out.printf(
          "ClusterFaultsE2E: clients did %s, were promised %d containers, were refused %s%n",
          rounds, load.promised().size(), load.refusals());
      Eventually.holds(WHOLE, cluster::isWhole);
      Eventually.holds(
          AT_REST, () -> assertThat(cluster.complaints(followed, load.promised())).isEmpty());
      System.out.printf(
          "ClusterFaultsE2E: %d entries followed at %d agents; whole after %s%n",
          followed.entries().size(), followed.agents(), whole());
      eachHostIsInOrder();
    } catch (Exception | AssertionError failed) {
      keepEvidence();
      throw new AssertionError("GANTRY_SEED=%d: %s".formatted(SEED, failed.getMessage()), failed);
    }
  }

  private void createService() {
    hosts
        .docker(1)
        .run(
            "service",
            "create",
            "-d",
            "--name",
            "web",
            "--replicas",
            Integer.toString(REPLICAS),
            Busybox.IMAGE,
            "sleep",
            "100000")
        .succeeded();
  }

  private void happen(int number, List<Fault> faults) {
    System.out.printf(
        "ClusterFaultsE2E: %s to %d: %s%n",
        Instant.now(), number, faults.stream().map(Fault::text).collect(Collectors.joining(", ")));
    faults.stream()
        .map(fault -> CompletableFuture.runAsync(() -> fault.happen(hosts), threads))
        .toList()
        .forEach(CompletableFuture::join);
  }

  private void becomesWhole(WholeCluster cluster) {
    var begun = System.nanoTime();
    Eventually.holds(WHOLE, cluster::isWhole);
    mended.add(Duration.ofNanos(System.nanoTime() - begun));
  }

  /** "4.2 s (0.3 to 17.0)". */
  private String whole() {
    var sorted = mended.stream().mapToDouble(took -> took.toMillis() / 1000.0).sorted().toArray();
    return "%.1f s (%.1f to %.1f)"
        .formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }

  private void eachHostIsInOrder() {
    for (var number = 1; number <= HOSTS; number++) {
      var host = hosts.host(number);
      var audit = host.doctor();
      assertThat(audit.exit()).as("h%d: %s%s", number, audit.out(), audit.err()).isZero();
      hosts.gantry(number, "record", "verify", "--state-dir", host.state().toString()).succeeded();
    }
  }

  private void keepEvidence() throws IOException {
    Files.createDirectories(EVIDENCE);
    for (var number = 1; number <= HOSTS; number++) {
      Files.copy(
          hosts.host(number).log(),
          EVIDENCE.resolve("h%d.log".formatted(number)),
          StandardCopyOption.REPLACE_EXISTING);
      var events = hosts.gantry(number, "events", "--after", "0");
      Files.writeString(EVIDENCE.resolve("h%d.events".formatted(number)), events.out());
    }
    System.out.println("ClusterFaultsE2E: the hosts' logs and records are in " + EVIDENCE);
  }
}
