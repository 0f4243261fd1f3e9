package io.gantry.cluster.services.lifecycle;

import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.HealthStatus;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.HostSummary;
import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.ReplicatedService;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import io.gantry.protocol.v1.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A cluster that is only decided about: hosts that keep what {@link Keeping} says, a controller
 * that does what {@link Governing} says, and intents that hosts which are cut off do not hear of.
 */
final class ImaginedCluster {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  /** A host with its containers, and the intents as it knows them. */
  static final class ImaginedHost {
    final String id;
    boolean cut;
    NodeAvailability availability = NodeAvailability.NODE_AVAILABILITY_ACTIVE;
    Map<String, String> labels = Map.of();
    Map<String, Intent> intents = Map.of();
    final Map<String, OwnReplica> containers = new TreeMap<>();

    ImaginedHost(String id) {
      this.id = id;
    }
  }

  final Map<String, ImaginedHost> hosts = new TreeMap<>();
  final List<ServiceEvent> events = new ArrayList<>();
  private final Map<String, TaskStatus> statuses = new HashMap<>();
  private final Map<String, Instant> ran = new HashMap<>();
  private final Map<String, Instant> ended = new HashMap<>();
  private long seconds;
  private long version;
  private int tasks;
  private Optional<Reign> reign = Optional.empty();

  ImaginedCluster(int count) {
    for (var number = 1; number <= count; number++) {
      hosts.put("h" + number, new ImaginedHost("h" + number));
    }
  }

  Instant now() {
    return NOON.plusSeconds(seconds);
  }

  List<ImaginedHost> together() {
    return hosts.values().stream().filter(host -> !host.cut).toList();
  }

  private boolean whole() {
    return together().size() * 2 > hosts.size();
  }

  /** What all that hear each other know. */
  Intended intended() {
    return Intended.of(heard());
  }

  private Map<String, Intent> heard() {
    Map<String, Intent> all = Map.of();
    for (var host : together()) {
      all = IntentOrder.merged(all, host.intents);
    }
    return all;
  }

  private void spread(Map<String, Intent> some) {
    for (var host : together()) {
      host.intents = IntentOrder.merged(host.intents, some);
    }
  }

  private Intent.Builder intent(Reign by) {
    version = Math.max(version, intended().version()) + 1;
    return Intent.newBuilder().setEpoch(by.epoch()).setController(by.host()).setVersion(version);
  }

  /** The first host of the larger part reigns; a new one each time another is the first. */
  Optional<Reign> reigning() {
    if (!whole()) {
      reign = Optional.empty();
      return reign;
    }
    var first = together().getFirst().id;
    if (reign.filter(by -> by.host().equals(first) && intended().reign().equals(reign)).isEmpty()) {
      var next = Reign.after(intended(), first);
      spread(Map.of(IntentOrder.CONTROLLER, intent(next).setClaim(true).build()));
      reign = Optional.of(next);
    }
    return reign;
  }

  void put(ServiceSpec spec) {
    reigning()
        .ifPresent(
            by -> {
              var known = intended().services().get(spec.getName());
              var intent = intent(by);
              var service =
                  known == null
                      ? Service.newBuilder()
                          .setId(spec.getName())
                          .setSpec(spec)
                          .setVersion(intent.getVersion())
                          .setTemplateVersion(intent.getVersion())
                          .build()
                      : Revisions.updated(known, spec, intent.getVersion(), now());
              spread(
                  Map.of(
                      IntentOrder.serviceKey(spec.getName()), intent.setService(service).build()));
            });
  }

  void rollBack(String name) {
    reigning()
        .ifPresent(
            by -> {
              var intent = intent(by);
              var service =
                  Revisions.rolledBack(intended().services().get(name), intent.getVersion(), now());
              spread(Map.of(IntentOrder.serviceKey(name), intent.setService(service).build()));
            });
  }

  void remove(String service) {
    reigning().ifPresent(by -> spread(Map.of(IntentOrder.serviceKey(service), intent(by).build())));
  }

  static ServiceSpec spec(String name, int replicas, String image) {
    return ServiceSpec.newBuilder()
        .setName(name)
        .setContainer(ContainerSpec.newBuilder().setImage(image))
        .setReplicated(ReplicatedService.newBuilder().setReplicas(replicas))
        .build();
  }

  /** A replica of a host ends, as when its process fails. */
  void end(ImaginedHost host, int code) {
    host.containers.values().stream()
        .filter(OwnReplica::isAlive)
        .findFirst()
        .ifPresent(
            one ->
                become(
                    host,
                    one,
                    ContainerStatus.newBuilder()
                        .setState(ContainerState.EXITED)
                        .setExitCode(code)
                        .build()));
  }

  /** The health check of a replica of a host says that it is unhealthy. */
  void sicken(ImaginedHost host) {
    host.containers.values().stream()
        .filter(OwnReplica::isAlive)
        .findFirst()
        .ifPresent(
            one ->
                become(
                    host,
                    one,
                    one.status().toBuilder()
                        .setHealth(HealthStatus.newBuilder().setStatus("unhealthy"))
                        .build()));
  }

  private static void become(ImaginedHost host, OwnReplica one, ContainerStatus status) {
    host.containers.put(
        one.containerId(), new OwnReplica(one.containerId(), one.slot(), one.replica(), status));
  }

  /** One second passes: hosts keep what is theirs, the controller decides once. */
  void step() {
    seconds++;
    hosts.values().forEach(this::keep);
    reigning().ifPresent(this::govern);
  }

  private void keep(ImaginedHost host) {
    if (!host.cut) {
      host.intents = IntentOrder.merged(host.intents, heard());
    }
    var informed = !host.cut && whole();
    var situation =
        new Keeping.Situation(
            host.id,
            informed,
            informed,
            Intended.of(host.intents),
            List.copyOf(host.containers.values()),
            Set.of());
    var ended = Keeping.ended(situation);
    for (var action : Keeping.decide(situation)) {
      switch (action) {
        case Keeping.Action.Begin(var service, var task) -> {
          var slot = service.getSpec().hasGlobal() ? host.id : Integer.toString(task.getSlot());
          host.containers.put(
              task.getId(),
              new OwnReplica(task.getId(), slot, Governing.replica(task), begun(service)));
        }
        case Keeping.Action.Start(_, var container) ->
            become(host, host.containers.get(container), running());
        case Keeping.Action.Stop(var replica) ->
            become(
                host,
                replica,
                replica.status().toBuilder().setState(ContainerState.EXITED).build());
        case Keeping.Action.GiveUp(var replica, _) -> host.containers.remove(replica.containerId());
      }
    }
    if (!host.cut) {
      statuses.values().removeIf(said -> said.getHostId().equals(host.id));
      host.containers
          .values()
          .forEach(one -> statuses.put(one.replica().taskId(), Reporting.of(one, host.id, now())));
      ended.forEach(
          task ->
              statuses.put(
                  task,
                  TaskStatus.newBuilder()
                      .setHostId(host.id)
                      .setState(TaskState.TASK_STATE_SHUTDOWN)
                      .build()));
    }
  }

  /** Of an image that is called bad nothing runs. */
  private static ContainerStatus begun(Service service) {
    return service.getSpec().getContainer().getImage().startsWith("bad")
        ? ContainerStatus.newBuilder().setState(ContainerState.EXITED).setExitCode(1).build()
        : running();
  }

  private static ContainerStatus running() {
    return ContainerStatus.newBuilder().setState(ContainerState.RUNNING).build();
  }

  private void govern(Reign by) {
    for (var slots : intended().slots().values()) {
      for (var slot : slots.values()) {
        var task = TaskStates.now(slot.getCurrent(), statuses);
        if (task.getState() == TaskState.TASK_STATE_RUNNING) {
          ran.putIfAbsent(task.getId(), now());
        }
        if (TaskStates.isOver(task.getState())) {
          ended.putIfAbsent(task.getId(), now());
        }
      }
    }
    var decided = Governing.decide(situation(by, Map.of()));
    if (!decided.unasked().isEmpty()) {
      decided =
          Governing.decide(
              situation(
                  by,
                  decided.unasked().stream().collect(Collectors.toMap(id -> id, _ -> offers()))));
    }
    events.addAll(decided.events());
    var intents = new HashMap<String, Intent>();
    decided
        .services()
        .forEach(
            (id, service) ->
                intents.put(IntentOrder.serviceKey(id), intent(by).setService(service).build()));
    decided
        .slots()
        .forEach(
            (key, slot) -> {
              var intent = intent(by);
              slot.ifPresent(intent::setSlot);
              intents.put(key, intent.build());
            });
    spread(intents);
  }

  private Map<String, OfferResponse> offers() {
    return together().stream()
        .collect(
            Collectors.toMap(
                host -> host.id,
                host ->
                    OfferResponse.newBuilder()
                        .setHasImage(true)
                        .setSummary(
                            HostSummary.newBuilder()
                                .setCpus(2)
                                .setMemoryBytes(1L << 30)
                                .setContainers(host.containers.size()))
                        .build()));
  }

  Situation situation(Reign by, Map<String, Map<String, OfferResponse>> offers) {
    var seen = new TreeMap<String, ServiceHost>();
    hosts
        .values()
        .forEach(
            host ->
                seen.put(
                    host.id,
                    new ServiceHost(
                        host.id,
                        host.id,
                        host.cut ? HostPresence.HOST_PRESENCE_AWAY : HostPresence.HOST_PRESENCE_UP,
                        host.availability,
                        host.labels,
                        2,
                        1L << 30)));
    return new Situation(
        now(),
        by,
        Math.max(version, intended().version()) + 1,
        intended(),
        seen,
        statuses,
        ran,
        ended,
        offers,
        () -> "t" + ++tasks);
  }

  /** What is to run now. */
  List<Task> wanted() {
    return intended().slots().values().stream()
        .flatMap(slots -> slots.values().stream())
        .map(slot -> TaskStates.now(slot.getCurrent(), statuses))
        .toList();
  }

  /** Tasks whose containers live, host by host. */
  List<String> alive() {
    return hosts.values().stream()
        .flatMap(host -> host.containers.values().stream())
        .filter(OwnReplica::isAlive)
        .map(one -> one.replica().taskId())
        .toList();
  }
}
