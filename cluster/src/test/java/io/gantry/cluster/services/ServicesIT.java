package io.gantry.cluster.services;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Secret;
import io.gantry.cluster.membership.HostInProcess;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.GlobalService;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.ReplicatedService;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.StringList;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services over several hosts in one process; their engines are in memory and outlive them. */
@Timeout(180)
class ServicesIT {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path directory;
  private final List<HostInProcess> hosts = new ArrayList<>();

  @AfterEach
  void close() {
    hosts.forEach(HostInProcess::close);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) -> throw new AssertionError(kind + message);
    };
  }

  private <T> T now(CompletionStage<Outcome<T>> answer) {
    return done(hosts.getFirst().await(answer));
  }

  private void cluster(int count) {
    for (var number = 1; number <= count; number++) {
      var name = "h" + number;
      hosts.add(
          HostInProcess.start(KIT.system(), directory.resolve(name), name, Duration.ofDays(1)));
      hosts.getLast().engine().images().add("busybox:latest", 1);
    }
    var first = hosts.getFirst();
    now(first.membership().init(Caller.ENGINE, Optional.of(first.address())));
    Secret token = now(first.membership().token(Caller.ENGINE, false));
    for (var host : hosts.subList(1, count)) {
      now(
          host.membership()
              .join(Caller.ENGINE, first.address(), token, Optional.of(host.address())));
    }
    hosts.forEach(host -> host.eventually(() -> assertThat(up(host)).isEqualTo(count)));
  }

  private static long up(HostInProcess host) {
    return host.membership().view().getHostsList().stream()
        .filter(one -> one.getPresence() == HostPresence.HOST_PRESENCE_UP)
        .map(ClusterHost::getId)
        .count();
  }

  private HostInProcess host(int number) {
    return hosts.get(number - 1);
  }

  private static ServiceSpec spec(String name, int replicas) {
    return ServiceSpec.newBuilder()
        .setName(name)
        .setContainer(
            ContainerSpec.newBuilder()
                .setImage("busybox")
                .setProcess(
                    ProcessSpec.newBuilder().setCmd(StringList.newBuilder().addValues("sleep"))))
        .setReplicated(ReplicatedService.newBuilder().setReplicas(replicas))
        .build();
  }

  /** Ids of tasks whose containers run on a host. */
  private static List<String> running(HostInProcess host) {
    return host.engine().containers().list().stream()
        .filter(one -> one.getStatus().getState() == ContainerState.RUNNING)
        .map(Container::getSpec)
        .map(spec -> spec.getLabelsOrThrow("com.docker.swarm.task.id"))
        .toList();
  }

  private static List<Task> current(HostInProcess host) {
    return host.services().tasks().stream()
        .filter(task -> task.getDesiredState() == TaskState.TASK_STATE_RUNNING)
        .toList();
  }

  /** What is intended runs, each once, where it is intended, and nothing else does. */
  private void healed(int replicas, List<HostInProcess> living) {
    var seer = living.getFirst();
    seer.eventually(
        () -> {
          var tasks = current(seer);
          assertThat(tasks)
              .hasSize(replicas)
              .allMatch(task -> task.getState() == TaskState.TASK_STATE_RUNNING);
          var found = new ArrayList<String>();
          for (var host : living) {
            found.addAll(running(host));
          }
          assertThat(found)
              .containsExactlyInAnyOrderElementsOf(tasks.stream().map(Task::getId).toList());
        });
  }

  @Test
  void replicasAreSpreadScaledAndRemoved() {
    cluster(3);
    Service made = now(host(2).services().create(Caller.ENGINE, spec("web", 4)));
    healed(4, hosts);
    assertThat(running(host(1))).hasSizeBetween(1, 2);
    assertThat(running(host(2))).hasSizeBetween(1, 2);
    var container = host(1).engine().containers().list().iterator().next();
    assertThat(container.getName()).matches("web\\.[1-4]\\.[0-9a-z]{25}");
    assertThat(container.getSpec().getLabelsMap())
        .containsEntry("com.docker.swarm.service.name", "web")
        .containsEntry("gantry.service.epoch", "1");
    assertThat(host(3).await(host(3).services().create(Caller.ENGINE, spec("web", 1))))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.CONFLICT,
                "name conflicts with an existing object: service web already exists"));
    assertThat(host(3).await(host(3).services().update(Caller.ENGINE, "web", 99, made.getSpec())))
        .isEqualTo(Outcome.refused(ErrorKind.CONFLICT, "update out of sequence"));

    now(host(3).services().scale(Caller.ENGINE, "web", 7));
    healed(7, hosts);
    now(host(1).services().scale(Caller.ENGINE, "web", 2));
    healed(2, hosts);
    now(host(2).services().remove(Caller.ENGINE, "web"));
    healed(0, hosts);
    hosts.forEach(
        one -> one.eventually(() -> assertThat(one.engine().containers().list()).isEmpty()));
    assertThat(host(1).services().list()).isEmpty();
  }

  @Test
  void whatALostHostRanRunsElsewhereAndItStopsItsOwnWhenItIsBack() {
    cluster(3);
    now(host(1).services().create(Caller.ENGINE, spec("web", 4)));
    healed(4, hosts);
    var lost = host(3);
    var before = new HashSet<>(running(lost));
    assertThat(before).isNotEmpty();
    lost.stop();
    healed(4, hosts.subList(0, 2));
    // Its containers live on while its agent is not there.
    assertThat(running(lost)).hasSameElementsAs(before);

    lost.restart();
    healed(4, hosts);
    assertThat(lost.noted())
        .filteredOn(ServiceEvent.Fenced.class::isInstance)
        .extracting(event -> ((ServiceEvent.Fenced) event).replica().taskId())
        .containsExactlyInAnyOrderElementsOf(before);
    var told =
        hosts.stream()
            .flatMap(one -> one.noted().stream())
            .filter(ServiceEvent.Lost.class::isInstance)
            .map(event -> ((ServiceEvent.Lost) event).replica().taskId())
            .toList();
    assertThat(told).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void theOldestHostDiesAndAnotherDecides() {
    cluster(3);
    now(host(2).services().create(Caller.ENGINE, spec("web", 3)));
    healed(3, hosts);
    host(1).stop();
    healed(3, hosts.subList(1, 3));
    now(host(2).services().scale(Caller.ENGINE, "web", 5));
    healed(5, hosts.subList(1, 3));
    var epochs =
        hosts.stream()
            .flatMap(one -> one.noted().stream())
            .filter(ServiceEvent.ControllerBegan.class::isInstance)
            .map(event -> ((ServiceEvent.ControllerBegan) event).epoch())
            .toList();
    assertThat(epochs).doesNotHaveDuplicates().hasSizeGreaterThan(1);
    host(1).restart();
    healed(5, hosts);
  }

  @Test
  void aDrainedHostIsLeftAndGlobalServicesAreEverywhereElse() {
    cluster(3);
    now(host(1).services().create(Caller.ENGINE, spec("web", 3)));
    now(
        host(1)
            .services()
            .create(
                Caller.ENGINE,
                spec("all", 0).toBuilder().setGlobal(GlobalService.newBuilder()).build()));
    healed(6, hosts);
    now(
        host(3)
            .services()
            .updateNode(
                Caller.ENGINE,
                "h2",
                OptionalLong.empty(),
                NodeAvailability.NODE_AVAILABILITY_DRAIN,
                Map.of("zone", "a")));
    healed(5, hosts);
    host(2).eventually(() -> assertThat(running(host(2))).isEmpty());
    now(
        host(3)
            .services()
            .updateNode(
                Caller.ENGINE,
                "h2",
                OptionalLong.empty(),
                NodeAvailability.NODE_AVAILABILITY_ACTIVE,
                Map.of("zone", "a")));
    healed(6, hosts);
    var pinned = spec("pinned", 2).toBuilder();
    pinned.getPlacementBuilder().addConstraints("node.labels.zone == a");
    now(host(1).services().create(Caller.ENGINE, pinned.build()));
    healed(8, hosts);
    assertThat(current(host(1)))
        .filteredOn(task -> task.getServiceName().equals("pinned"))
        .extracting(Task::getHostName)
        .containsOnly("h2");
  }
}
