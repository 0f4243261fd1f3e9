package io.gantry.cluster.services.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.v1.GlobalService;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.RestartCondition;
import io.gantry.protocol.v1.ServiceReservation;
import io.gantry.protocol.v1.ServiceRestart;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.ServiceUpdateConfig;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever happens to hosts and replicas: once it is quiet and whole, the count is right. */
class HealingProperties {
  private static final int HOSTS = 5;
  private static final int QUIET = 40;

  /** Something that happens: what, to which host, with which number. */
  record Happening(int kind, int host, int number) {}

  @Provide
  Arbitrary<List<Happening>> happenings() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 10),
            Arbitraries.integers().between(1, HOSTS),
            Arbitraries.integers().between(0, 9))
        .as(Happening::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(40);
  }

  private static void happen(ImaginedCluster cluster, Happening what) {
    var host = cluster.hosts.get("h" + what.host());
    switch (what.kind()) {
      case 0 -> host.cut = true;
      case 1 -> host.cut = false;
      case 2 -> host.availability = NodeAvailability.NODE_AVAILABILITY_DRAIN;
      case 3 -> host.availability = NodeAvailability.NODE_AVAILABILITY_ACTIVE;
      case 4 -> host.availability = NodeAvailability.NODE_AVAILABILITY_PAUSE;
      case 5 -> cluster.end(host, what.number() % 2);
      case 6 -> cluster.put(web(what.number(), "a"));
      case 7 -> cluster.put(web(what.number(), what.number() % 2 == 0 ? "a" : "b"));
      case 8 -> cluster.sicken(host);
      case 9 -> {
        var web = cluster.intended().services().get("web");
        if (web != null && web.hasPreviousSpec()) {
          cluster.rollBack("web");
        }
      }
      default -> {}
    }
    cluster.step();
  }

  private static ServiceSpec web(int replicas, String image) {
    var order = replicas % 3 == 0 ? "start-first" : "stop-first";
    return ImaginedCluster.spec("web", replicas, image).toBuilder()
        .setUpdateConfig(
            ServiceUpdateConfig.newBuilder().setParallelism(1).setOrder(order).setMonitorNanos(1))
        .setRestart(ServiceRestart.newBuilder().setDelayNanos(2_000_000_000L))
        .build();
  }

  private static void quiet(ImaginedCluster cluster) {
    for (var second = 0; second < QUIET; second++) {
      cluster.step();
    }
  }

  @Property(tries = 150)
  void afterAnythingTheCountIsRightAndNothingRunsTwice(
      @ForAll("happenings") List<Happening> happenings) {
    var cluster = new ImaginedCluster(HOSTS);
    cluster.put(web(3, "a"));
    cluster.put(
        ImaginedCluster.spec("all", 0, "a").toBuilder()
            .setGlobal(GlobalService.getDefaultInstance())
            .build());
    happenings.forEach(happening -> happen(cluster, happening));
    cluster
        .hosts
        .values()
        .forEach(
            host -> {
              host.cut = false;
              if (host.availability == NodeAvailability.NODE_AVAILABILITY_PAUSE) {
                host.availability = NodeAvailability.NODE_AVAILABILITY_ACTIVE;
              }
            });
    quiet(cluster);
    var active =
        cluster.hosts.values().stream()
            .filter(host -> host.availability == NodeAvailability.NODE_AVAILABILITY_ACTIVE)
            .count();
    var web = cluster.intended().services().get("web").getSpec().getReplicated().getReplicas();
    var expected = active == 0 ? 0 : web + active;
    assertThat(cluster.alive()).doesNotHaveDuplicates().hasSize((int) expected);
    assertThat(
            cluster.wanted().stream()
                .filter(task -> task.getState() == TaskState.TASK_STATE_RUNNING)
                .map(Task::getId))
        .containsExactlyInAnyOrderElementsOf(cluster.alive());
    // Deciding again changes nothing.
    var before = cluster.intended();
    quiet(cluster);
    assertThat(cluster.intended().slots()).isEqualTo(before.slots());
  }

  @Property(tries = 50)
  void eachReignHasAnEpochOfItsOwnAndWhatItPlacesCarriesIt(
      @ForAll("happenings") List<Happening> happenings) {
    var cluster = new ImaginedCluster(HOSTS);
    cluster.put(web(4, "a"));
    var last = 0L;
    for (var happening : happenings) {
      var seen = cluster.events.size();
      happen(cluster, happening);
      var reign = cluster.reigning();
      if (reign.isPresent()) {
        assertThat(reign.get().epoch()).isGreaterThanOrEqualTo(last);
        last = reign.get().epoch();
        var epoch = last;
        assertThat(cluster.events.subList(seen, cluster.events.size()))
            .filteredOn(ServiceEvent.Placed.class::isInstance)
            .allMatch(event -> ((ServiceEvent.Placed) event).replica().epoch() == epoch);
      }
    }
  }

  @Property(tries = 50)
  void aHostThatIsCutOffBeginsNothingAndGivesNothingUp(
      @ForAll("happenings") List<Happening> happenings) {
    var cluster = new ImaginedCluster(HOSTS);
    cluster.put(web(6, "a"));
    quiet(cluster);
    var cut = cluster.hosts.get("h3");
    cut.cut = true;
    var had = List.copyOf(cut.containers.keySet());
    for (var happening : happenings) {
      if (happening.host() != 3) {
        happen(cluster, happening);
      }
    }
    assertThat(cut.containers.keySet()).containsExactlyElementsOf(had);
  }

  @Example
  void scalingDownKeepsWhatRunsAndThenTheLowestNumbers() {
    var cluster = new ImaginedCluster(3);
    cluster.put(web(6, "a"));
    quiet(cluster);
    cluster.end(cluster.hosts.get("h1"), 1); // Slot 1, the first of the first.
    cluster.step();
    cluster.put(web(4, "a"));
    cluster.step();
    assertThat(cluster.intended().slotsOf("web").keySet())
        .containsExactlyInAnyOrder("2", "3", "4", "5");
  }

  @Example
  void whatEndsIsBegunAgainAsTheConditionSays() {
    for (var condition :
        List.of(
            RestartCondition.RESTART_CONDITION_NONE,
            RestartCondition.RESTART_CONDITION_ON_FAILURE,
            RestartCondition.RESTART_CONDITION_ANY)) {
      for (var code : List.of(0, 1)) {
        var cluster = new ImaginedCluster(3);
        cluster.put(
            web(2, "a").toBuilder()
                .setRestart(ServiceRestart.newBuilder().setCondition(condition))
                .build());
        quiet(cluster);
        cluster.end(cluster.hosts.get("h1"), code);
        cluster.step();
        assertThat(cluster.alive()).as("before the delay").hasSize(1);
        quiet(cluster);
        var again =
            condition == RestartCondition.RESTART_CONDITION_ANY
                || (condition == RestartCondition.RESTART_CONDITION_ON_FAILURE && code != 0);
        assertThat(cluster.alive()).as("%s, %d", condition, code).hasSize(again ? 2 : 1);
      }
    }
  }

  @Example
  void anUnhealthyReplicaIsEndedAndFollowedByAnotherAsTheConditionSays() {
    for (var condition :
        List.of(
            RestartCondition.RESTART_CONDITION_NONE,
            RestartCondition.RESTART_CONDITION_ON_FAILURE,
            RestartCondition.RESTART_CONDITION_ANY)) {
      var cluster = new ImaginedCluster(3);
      cluster.put(
          web(2, "a").toBuilder()
              .setRestart(ServiceRestart.newBuilder().setCondition(condition))
              .build());
      quiet(cluster);
      cluster.sicken(cluster.hosts.get("h1"));
      cluster.step();
      assertThat(cluster.alive()).as("it is ended, before the delay").hasSize(1);
      assertThat(cluster.wanted())
          .filteredOn(task -> task.getState() == TaskState.TASK_STATE_FAILED)
          .extracting(Task::getError)
          .containsExactly("task: exit (0): unhealthy container");
      quiet(cluster);
      var again = condition != RestartCondition.RESTART_CONDITION_NONE;
      assertThat(cluster.alive()).as("%s", condition).hasSize(again ? 2 : 1);
    }
  }

  @Example
  void unhealthyReplicasCountAsAttempts() {
    var cluster = new ImaginedCluster(3);
    var restart = ServiceRestart.newBuilder().setMaxAttempts(2).setDelayNanos(0);
    cluster.put(web(1, "a").toBuilder().setRestart(restart).build());
    for (var run = 0; run < 6; run++) {
      quiet(cluster);
      cluster.hosts.values().forEach(cluster::sicken);
    }
    quiet(cluster);
    assertThat(cluster.alive()).isEmpty();
    assertThat(cluster.events).filteredOn(ServiceEvent.Placed.class::isInstance).hasSize(3);
  }

  @Example
  void attemptsAreBounded() {
    var cluster = new ImaginedCluster(3);
    var restart = ServiceRestart.newBuilder().setMaxAttempts(2).setDelayNanos(0);
    cluster.put(web(1, "a").toBuilder().setRestart(restart).build());
    for (var run = 0; run < 6; run++) {
      quiet(cluster);
      cluster.hosts.values().forEach(host -> cluster.end(host, 1));
    }
    quiet(cluster);
    assertThat(cluster.alive()).isEmpty();
    assertThat(cluster.events).filteredOn(ServiceEvent.Placed.class::isInstance).hasSize(3);
  }

  @Example
  void reservationsAndConstraintsKeepReplicasWaitingUntilThereIsRoom() {
    var cluster = new ImaginedCluster(3);
    cluster.put(
        web(4, "a").toBuilder()
            .setReservation(ServiceReservation.newBuilder().setMemoryBytes(700L << 20))
            .build());
    quiet(cluster);
    assertThat(cluster.alive()).hasSize(3);
    assertThat(cluster.wanted())
        .filteredOn(task -> task.getState() == TaskState.TASK_STATE_PENDING)
        .singleElement()
        .satisfies(task -> assertThat(task.getError()).contains("MiB of memory are asked for"));

    var pinned = ImaginedCluster.spec("pinned", 2, "a").toBuilder();
    pinned.getPlacementBuilder().addConstraints("node.labels.zone == b");
    cluster.put(pinned.build());
    quiet(cluster);
    assertThat(cluster.alive()).hasSize(3);
    cluster.hosts.get("h2").labels = Map.of("zone", "b");
    quiet(cluster);
    assertThat(cluster.alive()).hasSize(5);
    cluster.hosts.get("h2").labels = Map.of();
    cluster.hosts.get("h3").labels = Map.of("zone", "b");
    quiet(cluster);
    assertThat(cluster.alive()).hasSize(5);
    assertThat(cluster.hosts.get("h3").containers).hasSize(3);
  }

  @Example
  void anUpdateReplacesOneAtATime() {
    var cluster = new ImaginedCluster(3);
    cluster.put(web(4, "a"));
    quiet(cluster);
    cluster.put(web(4, "b"));
    for (var second = 0; second < QUIET; second++) {
      cluster.step();
      assertThat(cluster.alive()).hasSizeGreaterThanOrEqualTo(3);
    }
    assertThat(cluster.alive()).hasSize(4);
    var version = cluster.intended().services().get("web").getTemplateVersion();
    assertThat(cluster.wanted()).allMatch(task -> task.getTemplateVersion() == version);
  }
}
