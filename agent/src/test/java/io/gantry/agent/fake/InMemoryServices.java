package io.gantry.agent.fake;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.LogBatch;
import io.gantry.agent.Outcome;
import io.gantry.agent.Services;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.ServiceUpdate;
import io.gantry.protocol.v1.ServiceUpdateState;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Services whose replicas run at once, one after the other on the hosts of a cluster in memory. */
public final class InMemoryServices implements Services {
  public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final InMemoryCluster cluster;
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Map<String, List<Task>> tasks = new LinkedHashMap<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private long version = 10;
  private int made;

  public InMemoryServices(InMemoryCluster cluster) {
    this.cluster = cluster;
  }

  private static <T> CompletionStage<Outcome<T>> now(Outcome<T> outcome) {
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public synchronized CompletionStage<Outcome<Service>> create(Caller caller, ServiceSpec spec) {
    var id = "service" + (char) ('a' + services.size()) + "0".repeat(17);
    var at = Moments.timestamp(NOON.plusSeconds(++version));
    var service =
        Service.newBuilder()
            .setId(id)
            .setVersion(version)
            .setTemplateVersion(version)
            .setSpec(spec)
            .setCreatedAt(at)
            .setUpdatedAt(at)
            .build();
    services.put(id, service);
    tasks.put(id, new ArrayList<>());
    reconcile(service);
    return now(Outcome.done(service));
  }

  private void reconcile(Service service) {
    var present = tasks.get(service.getId());
    var hosts = cluster.view().getHostsList();
    var wanted =
        service.getSpec().hasGlobal()
            ? hosts.size()
            : service.getSpec().getReplicated().getReplicas();
    present.replaceAll(
        task ->
            task.getSlot() > wanted || task.getTemplateVersion() != service.getTemplateVersion()
                ? ended(task)
                : task);
    for (var slot = 1; slot <= wanted; slot++) {
      var place = slot;
      if (present.stream()
          .noneMatch(
              task ->
                  task.getSlot() == place
                      && task.getDesiredState() == TaskState.TASK_STATE_RUNNING)) {
        present.addFirst(task(service, slot, hosts.get((slot - 1) % hosts.size())));
      }
    }
    present.sort(Comparator.comparingInt(Task::getSlot));
    watchers.forEach(Runnable::run);
  }

  private static Task ended(Task task) {
    return task.toBuilder()
        .setDesiredState(TaskState.TASK_STATE_SHUTDOWN)
        .setState(TaskState.TASK_STATE_SHUTDOWN)
        .setExitCode(143)
        .build();
  }

  private Task task(Service service, int slot, ClusterHost host) {
    var number = ++made;
    return Task.newBuilder()
        .setId("task%021d".formatted(number))
        .setServiceId(service.getId())
        .setServiceName(service.getSpec().getName())
        .setSlot(service.getSpec().hasGlobal() ? 0 : slot)
        .setHostId(host.getId())
        .setHostName(host.getName())
        .setEpoch(1)
        .setDesiredState(TaskState.TASK_STATE_RUNNING)
        .setState(TaskState.TASK_STATE_RUNNING)
        .setMessage("started")
        .setContainerId("%064x".formatted(number))
        .setPid(100 + number)
        .setCreatedAt(Moments.timestamp(NOON.plusSeconds(version)))
        .setUpdatedAt(Moments.timestamp(NOON.plusSeconds(version)))
        .setTemplateVersion(service.getTemplateVersion())
        .setVersion(version)
        .build();
  }

  @Override
  public synchronized CompletionStage<Outcome<Service>> update(
      Caller caller, String reference, long from, ServiceSpec spec) {
    return inspect(reference)
        .then(
            service ->
                now(
                    service.getVersion() != from
                        ? Outcome.refused(ErrorKind.CONFLICT, "update out of sequence")
                        : Outcome.done(changed(service, spec))));
  }

  @Override
  public synchronized CompletionStage<Outcome<Service>> rollback(
      Caller caller, String reference, long from) {
    return inspect(reference)
        .then(service -> update(caller, reference, from, service.getPreviousSpec()));
  }

  private Service changed(Service service, ServiceSpec spec) {
    var same =
        spec.getContainer().equals(service.getSpec().getContainer())
            && spec.getForceUpdate() == service.getSpec().getForceUpdate();
    version++;
    var next =
        service.toBuilder()
            .setVersion(version)
            .setTemplateVersion(same ? service.getTemplateVersion() : version)
            .setPreviousSpec(service.getSpec())
            .setSpec(spec)
            .setUpdatedAt(Moments.timestamp(NOON.plusSeconds(version)))
            .setUpdate(same ? ServiceUpdate.getDefaultInstance() : updated())
            .build();
    services.put(service.getId(), next);
    reconcile(next);
    return next;
  }

  /** Here nothing takes any time. */
  private ServiceUpdate updated() {
    var now = Moments.timestamp(NOON.plusSeconds(version));
    return ServiceUpdate.newBuilder()
        .setState(ServiceUpdateState.SERVICE_UPDATE_STATE_COMPLETED)
        .setStartedAt(now)
        .setCompletedAt(now)
        .setMessage("update completed")
        .build();
  }

  @Override
  public synchronized CompletionStage<Outcome<Service>> scale(
      Caller caller, String reference, int replicas) {
    return inspect(reference)
        .then(
            service -> {
              if (service.getSpec().hasGlobal()) {
                return now(Outcome.refused(ErrorKind.INVALID, "a global service cannot be scaled"));
              }
              var spec = service.getSpec().toBuilder();
              spec.getReplicatedBuilder().setReplicas(replicas);
              return now(Outcome.done(changed(service, spec.build())));
            });
  }

  @Override
  public synchronized CompletionStage<Outcome<Service>> remove(Caller caller, String reference) {
    return inspect(reference)
        .then(
            service -> {
              services.remove(service.getId());
              tasks.remove(service.getId());
              watchers.forEach(Runnable::run);
              return now(Outcome.done(service));
            });
  }

  @Override
  public synchronized List<Service> list() {
    return services.values().stream()
        .sorted(Comparator.comparing(service -> service.getSpec().getName()))
        .toList();
  }

  @Override
  public synchronized Outcome<Service> inspect(String reference) {
    return services.values().stream()
        .filter(
            service ->
                service.getSpec().getName().equals(reference)
                    || service.getId().startsWith(reference))
        .findFirst()
        .map(Outcome::done)
        .orElseGet(
            () -> Outcome.refused(ErrorKind.NOT_FOUND, "service " + reference + " not found"));
  }

  @Override
  public synchronized List<Task> tasks() {
    return tasks.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public Outcome<Task> task(String reference) {
    return tasks().stream()
        .filter(task -> task.getId().startsWith(reference))
        .findFirst()
        .map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorKind.NOT_FOUND, "task " + reference + " not found"));
  }

  @Override
  public synchronized List<Node> nodes() {
    return cluster.view().getHostsList().stream().map(this::node).toList();
  }

  private Node node(ClusterHost host) {
    return nodes
        .getOrDefault(
            host.getId(),
            Node.newBuilder()
                .setVersion(7)
                .setAvailability(NodeAvailability.NODE_AVAILABILITY_ACTIVE)
                .build())
        .toBuilder()
        .setHost(host)
        .setLeader(host.getSelf())
        .build();
  }

  @Override
  public Outcome<Node> node(String reference) {
    return nodes().stream()
        .filter(
            node ->
                node.getHost().getName().equals(reference)
                    || node.getHost().getId().startsWith(reference)
                    || node.getHost().getSelf() && reference.equals("self"))
        .findFirst()
        .map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorKind.NOT_FOUND, "node " + reference + " not found"));
  }

  @Override
  public synchronized CompletionStage<Outcome<Node>> updateNode(
      Caller caller,
      String reference,
      OptionalLong from,
      NodeAvailability availability,
      Map<String, String> labels) {
    return node(reference)
        .then(
            node -> {
              if (from.isPresent() && from.getAsLong() != node.getVersion()) {
                return now(Outcome.refused(ErrorKind.CONFLICT, "update out of sequence"));
              }
              var next =
                  node.toBuilder()
                      .setAvailability(availability)
                      .clearLabels()
                      .putAllLabels(labels)
                      .setVersion(node.getVersion() + 1)
                      .build();
              nodes.put(node.getHost().getId(), next);
              return now(Outcome.done(next));
            });
  }

  /** One line of each stream; follow ends with them. */
  @Override
  public Outcome<Source<LogBatch, NotUsed>> logs(Task task, LogQuery query) {
    var host = host(task);
    if (host.getPresence() != HostPresence.HOST_PRESENCE_UP) {
      return Outcome.refused(
          ErrorKind.UNAVAILABLE,
          "container %s is on host %s, which is away"
              .formatted(task.getContainerId().substring(0, 12), host.getName()));
    }
    return Outcome.done(
        Source.from(
            List.of(
                line(Stream.STDOUT, "out of " + task.getSlot() + "\n"),
                line(Stream.STDERR, "err of " + task.getSlot() + "\n"))));
  }

  private static LogBatch line(Stream stream, String text) {
    return LogBatch.of(new LogLine(stream, NOON, ByteString.fromString(text)));
  }

  @Override
  public Optional<AutoCloseable> watch(Runnable changed) {
    watchers.add(changed);
    return Optional.of(() -> watchers.remove(changed));
  }

  public int watchers() {
    return watchers.size();
  }

  private ClusterHost host(Task task) {
    return nodes().stream()
        .map(Node::getHost)
        .filter(host -> host.getId().equals(task.getHostId()))
        .findFirst()
        .orElseThrow();
  }
}
