package io.gantry.cluster.services.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.ServiceEvent;
import io.gantry.persistence.event.ServiceEvent.Changed.Change;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.ServiceUpdateConfig;
import io.gantry.protocol.v1.ServiceUpdateState;
import io.gantry.protocol.v1.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** An update replaces replicas as its configuration says, whatever the configuration. */
class UpdateProperties {
  private static final int LONG = 140;

  @Provide
  Arbitrary<ServiceUpdateConfig> configs() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4),
            Arbitraries.integers().between(0, 5),
            Arbitraries.of("", "stop-first", "start-first"),
            Arbitraries.integers().between(1, 6))
        .as(
            (parallelism, delay, order, monitor) ->
                ServiceUpdateConfig.newBuilder()
                    .setParallelism(parallelism)
                    .setDelayNanos(Duration.ofSeconds(delay).toNanos())
                    .setOrder(order)
                    .setMonitorNanos(Duration.ofSeconds(monitor).toNanos())
                    .build());
  }

  private static ServiceSpec web(int replicas, String image, ServiceUpdateConfig config) {
    var spec = ImaginedCluster.spec("web", replicas, image).toBuilder();
    spec.getRestartBuilder().setDelayNanos(Duration.ofSeconds(2).toNanos());
    return spec.setUpdateConfig(config).build();
  }

  private static ImaginedCluster running(ServiceSpec spec) {
    var cluster = new ImaginedCluster(3);
    cluster.put(spec);
    steps(cluster, 10);
    assertThat(cluster.alive()).hasSize(spec.getReplicated().getReplicas());
    return cluster;
  }

  private static void steps(ImaginedCluster cluster, int count) {
    for (var second = 0; second < count; second++) {
      cluster.step();
    }
  }

  private static Service service(ImaginedCluster cluster) {
    return cluster.intended().services().get("web");
  }

  private static ServiceUpdateState state(ImaginedCluster cluster) {
    return service(cluster).getUpdate().getState();
  }

  private static Set<String> ids(ImaginedCluster cluster) {
    return cluster.wanted().stream().map(Task::getId).collect(Collectors.toSet());
  }

  private static List<Change> changes(ImaginedCluster cluster) {
    var changes = new ArrayList<Change>();
    for (var event : cluster.events) {
      if (event instanceof ServiceEvent.Changed changed) {
        changes.add(changed.change());
      }
    }
    return changes;
  }

  private static boolean startsFirst(ServiceUpdateConfig config) {
    return config.getOrder().equals("start-first");
  }

  @Property(tries = 60)
  void neverMoreThanTheParallelismIsReplacedAtOnceAndInTheOrderAskedFor(
      @ForAll("configs") ServiceUpdateConfig config, @ForAll @IntRange(min = 1, max = 8) int size) {
    var cluster = running(web(size, "a", config));
    cluster.put(web(size, "b", config));
    for (var second = 0; second < LONG; second++) {
      cluster.step();
      var alive = cluster.alive().size();
      if (startsFirst(config)) {
        assertThat(alive).isBetween(size, (int) (size + config.getParallelism()));
      } else {
        assertThat(alive).isBetween((int) (size - config.getParallelism()), size);
      }
    }
    assertThat(cluster.alive()).hasSize(size);
    var template = service(cluster).getTemplateVersion();
    assertThat(cluster.wanted()).hasSize(size).allMatch(t -> t.getTemplateVersion() == template);
    var update = service(cluster).getUpdate();
    assertThat(update.getState()).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_COMPLETED);
    assertThat(update.getMessage()).isEqualTo("update completed");
    var lasted =
        Duration.between(
            Moments.instant(update.getStartedAt()), Moments.instant(update.getCompletedAt()));
    // The last group is not waited for; it is watched.
    var groups = (size + config.getParallelism() - 1) / config.getParallelism();
    assertThat(lasted)
        .isGreaterThanOrEqualTo(
            Duration.ofNanos((groups - 1) * config.getDelayNanos() + config.getMonitorNanos()));
    assertThat(changes(cluster)).containsExactly(Change.UPDATE_STARTED, Change.UPDATE_COMPLETED);
  }

  @Property(tries = 40)
  void anUpdateThatFailsIsPausedAndLeavesTheOthersAlone(
      @ForAll("configs") ServiceUpdateConfig config, @ForAll @IntRange(min = 1, max = 8) int size) {
    var cluster = running(web(size, "a", config));
    var before = ids(cluster);
    cluster.put(web(size, "bad", config));
    for (var second = 0; second < LONG; second++) {
      cluster.step();
      var least = startsFirst(config) ? size : size - config.getParallelism();
      assertThat(cluster.alive()).hasSizeGreaterThanOrEqualTo((int) least);
    }
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_PAUSED);
    assertThat(service(cluster).getUpdate().getMessage())
        .matches("update paused due to failure or early termination of task t\\d+");
    var stayed = cluster.wanted().stream().filter(task -> before.contains(task.getId())).count();
    assertThat(stayed).isEqualTo(Math.max(0, size - config.getParallelism()));

    // Whoever looks after it makes it go on.
    cluster.put(web(size, "b", config));
    steps(cluster, LONG);
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_COMPLETED);
    assertThat(cluster.alive()).hasSize(size);
  }

  @Property(tries = 40)
  void anUpdateThatFailsIsRolledBackAndWhatItHasNotReachedIsNotTouched(
      @ForAll("configs") ServiceUpdateConfig config, @ForAll @IntRange(min = 1, max = 8) int size) {
    var back = config.toBuilder().setFailureAction("rollback").build();
    var cluster = running(web(size, "a", back));
    var before = ids(cluster);
    cluster.put(web(size, "bad", back));
    steps(cluster, LONG);
    assertThat(state(cluster))
        .isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_ROLLBACK_COMPLETED);
    assertThat(service(cluster).getUpdate().getMessage()).isEqualTo("rollback completed");
    assertThat(service(cluster).getSpec()).isEqualTo(web(size, "a", back));
    assertThat(cluster.alive()).hasSize(size);
    var stayed = cluster.wanted().stream().filter(task -> before.contains(task.getId())).count();
    var reached = startsFirst(config) ? 0 : config.getParallelism();
    assertThat(stayed).isEqualTo(Math.max(0, size - reached));
    assertThat(changes(cluster))
        .containsExactly(Change.UPDATE_STARTED, Change.ROLLBACK_STARTED, Change.ROLLBACK_COMPLETED);
  }

  @Property(tries = 30)
  void asManyMayFailAsTheRatioSays(
      @ForAll("configs") ServiceUpdateConfig config, @ForAll @IntRange(min = 2, max = 8) int size) {
    var some = config.toBuilder().setParallelism(1).setMaxFailureRatio(0.5f).build();
    var cluster = running(web(size, "a", some));
    cluster.put(web(size, "bad", some));
    steps(cluster, LONG);
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_PAUSED);
    var failed =
        cluster.intended().slotsOf("web").values().stream()
            .filter(slot -> slot.getFailedUpdate() == service(cluster).getUpdate().getNumber())
            .count();
    assertThat(failed).isEqualTo(size / 2 + 1);
  }

  @Property(tries = 20)
  void oneThatIsToGoOnGoesOnWhateverFails(
      @ForAll("configs") ServiceUpdateConfig config, @ForAll @IntRange(min = 1, max = 6) int size) {
    var on = config.toBuilder().setFailureAction("continue").setOrder("").build();
    var cluster = running(web(size, "a", on));
    cluster.put(web(size, "bad", on));
    steps(cluster, LONG);
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_COMPLETED);
    assertThat(cluster.alive()).isEmpty();
  }

  @Example
  void aRollBackThatIsAskedForBringsBackWhatWasAndASecondOneWhatIs() {
    var config = ServiceUpdateConfig.newBuilder().setParallelism(2).build();
    var cluster = running(web(4, "a", config));
    cluster.put(web(4, "b", config));
    steps(cluster, LONG);
    cluster.rollBack("web");
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_ROLLBACK_STARTED);
    assertThat(service(cluster).getUpdate().getMessage()).isEqualTo("manually requested rollback");
    steps(cluster, LONG);
    assertThat(state(cluster))
        .isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_ROLLBACK_COMPLETED);
    assertThat(service(cluster).getSpec()).isEqualTo(web(4, "a", config));
    assertThat(cluster.alive()).hasSize(4);
    cluster.rollBack("web");
    steps(cluster, LONG);
    assertThat(service(cluster).getSpec()).isEqualTo(web(4, "b", config));
    assertThat(cluster.alive()).hasSize(4);
  }

  @Example
  void aForcedUpdateReplacesAllAndAScalingNone() {
    var config = ServiceUpdateConfig.newBuilder().setParallelism(2).build();
    var cluster = running(web(4, "a", config));
    var before = ids(cluster);
    cluster.put(web(6, "a", config));
    steps(cluster, 20);
    assertThat(ids(cluster)).hasSize(6).containsAll(before);
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_UNSPECIFIED);
    cluster.put(web(6, "a", config).toBuilder().setForceUpdate(1).build());
    steps(cluster, LONG);
    assertThat(ids(cluster)).hasSize(6).doesNotContainAnyElementsOf(before);
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_COMPLETED);
  }

  @Example
  void anUpdateGoesOnWhenAnotherHostDecides() {
    var config = ServiceUpdateConfig.newBuilder().setParallelism(1).setOrder("start-first").build();
    var cluster = running(web(6, "a", config));
    cluster.put(web(6, "b", config));
    steps(cluster, 5);
    cluster.hosts.get("h1").cut = true;
    steps(cluster, 30);
    cluster.hosts.get("h1").cut = false;
    steps(cluster, LONG);
    assertThat(state(cluster)).isEqualTo(ServiceUpdateState.SERVICE_UPDATE_STATE_COMPLETED);
    assertThat(cluster.alive()).doesNotHaveDuplicates().hasSize(6);
  }
}
