package io.gantry.agent.docker;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import com.google.protobuf.Timestamp;
import io.gantry.agent.Attachment;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers;
import io.gantry.agent.Outcome;
import io.gantry.agent.Stats;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Containers in memory; their processes are {@link FakeProcess}es. */
final class FakeContainers implements Containers {
  static final Instant NOON = Instant.parse("2026-01-21T12:00:00Z");

  final Map<String, Container> all = new LinkedHashMap<>();
  final Map<String, FakeProcess> processes = new ConcurrentHashMap<>();
  final Map<String, CompletableFuture<Void>> removals = new ConcurrentHashMap<>();
  final Map<String, Exec> execs = new ConcurrentHashMap<>();
  final List<Caller> callers = new ArrayList<>();
  private final FakeImages images;

  FakeContainers(FakeImages images) {
    this.images = images;
  }

  FakeProcess process(String reference) {
    return processes.get(find(reference).orElseThrow().getId());
  }

  void put(Container container) {
    all.put(container.getId(), container);
    processes.put(container.getId(), new FakeProcess(argv(container.getSpec())));
  }

  private synchronized Optional<Container> find(String reference) {
    var name = reference.startsWith("/") ? reference.substring(1) : reference;
    return named(name)
        .or(() -> all.values().stream().filter(one -> one.getId().startsWith(name)).findFirst());
  }

  private Optional<Container> named(String name) {
    return all.values().stream().filter(one -> one.getName().equals(name)).findFirst();
  }

  private <T> Outcome<T> missing(String reference) {
    return Outcome.refused(ErrorKind.NOT_FOUND, "No such container: " + reference);
  }

  private synchronized Outcome<Container> change(
      String reference, UnaryOperator<ContainerStatus.Builder> change) {
    return find(reference)
        .<Outcome<Container>>map(
            found -> {
              var changed =
                  found.toBuilder().setStatus(change.apply(found.getStatus().toBuilder())).build();
              all.put(changed.getId(), changed);
              return Outcome.done(changed);
            })
        .orElseGet(() -> missing(reference));
  }

  private static <T> CompletionStage<T> now(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static List<String> argv(ContainerSpec spec) {
    var argv = new ArrayList<>(spec.getProcess().getEntrypoint().getValuesList());
    argv.addAll(spec.getProcess().getCmd().getValuesList());
    return argv;
  }

  static Timestamp timestamp(Instant time) {
    return Moments.timestamp(time);
  }

  @Override
  public synchronized CompletionStage<Outcome<Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec spec) {
    callers.add(caller);
    if (!(images.inspect(spec.getImage())
        instanceof Outcome.Done<io.gantry.protocol.v1.Image>(var image))) {
      return now(Outcome.refused(ErrorKind.NOT_FOUND, "No such image: " + spec.getImage()));
    }
    if (name.flatMap(this::named).isPresent()) {
      return now(
          Outcome.refused(
              ErrorKind.CONFLICT,
              "Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to remove (or rename) that container to be able to reuse that name."
                  .formatted(name.get(), find(name.get()).get().getId())));
    }
    var id = ContainerId.random().value();
    var container =
        Container.newBuilder()
            .setId(id)
            .setName(name.orElse("made_up_" + all.size()))
            .setSpec(spec)
            .setCreatedAt(timestamp(NOON))
            .setStatus(
                ContainerStatus.newBuilder()
                    .setState(ContainerState.CREATED)
                    .setImageId(image.getId())
                    .addAllArgv(argv(spec))
                    .putEndpoints(
                        "bridge", Endpoint.newBuilder().setNetworkId("b".repeat(64)).build()))
            .build();
    put(container);
    return now(Outcome.done(new Creation(container, List.of("a warning"))));
  }

  @Override
  public CompletionStage<Outcome<Container>> start(Caller caller, String reference) {
    var found = find(reference);
    if (found.isEmpty()) {
      return now(missing(reference));
    }
    if (found.get().getStatus().getState() == ContainerState.RUNNING) {
      return now(new Outcome.Unchanged<>(found.get()));
    }
    var started =
        change(
            reference,
            status ->
                status.setState(ContainerState.RUNNING).setPid(4711).setStartedAt(timestamp(NOON)));
    var id = found.get().getId();
    var process = processes.get(id);
    process.exit.thenAccept(code -> ended(id, code));
    process.start();
    return now(started);
  }

  private void ended(String id, int code) {
    change(
        id,
        status ->
            status
                .setState(ContainerState.EXITED)
                .setPid(0)
                .setExitCode(code)
                .setFinishedAt(timestamp(NOON)));
    if (find(id).map(one -> one.getSpec().getAutoRemove()).orElse(false)) {
      remove(Caller.ENGINE, id, true, true);
    }
  }

  @Override
  public CompletionStage<Outcome<Container>> stop(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return end(reference, 143);
  }

  @Override
  public CompletionStage<Outcome<Container>> kill(Caller caller, String reference, String signal) {
    if (find(reference)
        .map(one -> one.getStatus().getState() != ContainerState.RUNNING)
        .orElse(false)) {
      return now(
          Outcome.refused(
              ErrorKind.CONFLICT,
              "cannot kill container: %s: container %s is not running"
                  .formatted(reference, find(reference).get().getId())));
    }
    return end(reference, 137);
  }

  private CompletionStage<Outcome<Container>> end(String reference, int code) {
    var found = find(reference);
    if (found.isEmpty()) {
      return now(missing(reference));
    }
    if (found.get().getStatus().getState() != ContainerState.RUNNING) {
      return now(new Outcome.Unchanged<>(found.get()));
    }
    processes.get(found.get().getId()).end(code);
    return now(inspect(reference));
  }

  @Override
  public CompletionStage<Outcome<Container>> restart(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return now(inspect(reference));
  }

  @Override
  public CompletionStage<Outcome<Container>> pause(Caller caller, String reference) {
    return now(change(reference, status -> status.setState(ContainerState.PAUSED)));
  }

  @Override
  public CompletionStage<Outcome<Container>> unpause(Caller caller, String reference) {
    return now(change(reference, status -> status.setState(ContainerState.RUNNING)));
  }

  @Override
  public synchronized CompletionStage<Outcome<Container>> rename(
      Caller caller, String reference, String newName) {
    var found = find(reference);
    if (found.isEmpty()) {
      return now(missing(reference));
    }
    var renamed = found.get().toBuilder().setName(newName).build();
    all.put(renamed.getId(), renamed);
    return now(Outcome.done(renamed));
  }

  @Override
  public CompletionStage<Outcome<Container>> update(
      Caller caller,
      String reference,
      Optional<ResourceSpec> resources,
      Optional<RestartPolicy> policy) {
    var found = find(reference);
    if (found.isEmpty()) {
      return now(missing(reference));
    }
    var spec = found.get().getSpec().toBuilder();
    resources.ifPresent(spec::setResources);
    policy.ifPresent(spec::setRestartPolicy);
    var updated = found.get().toBuilder().setSpec(spec).build();
    all.put(updated.getId(), updated);
    return now(Outcome.done(updated));
  }

  @Override
  public synchronized CompletionStage<Outcome<Container>> remove(
      Caller caller, String reference, boolean force, boolean volumes) {
    var found = find(reference);
    if (found.isEmpty()) {
      return now(missing(reference));
    }
    if (!force && found.get().getStatus().getState() == ContainerState.RUNNING) {
      return now(
          Outcome.refused(
              ErrorKind.CONFLICT,
              "cannot remove container \"%s\": container is running: stop the container before removing or force remove"
                  .formatted(reference)));
    }
    var id = found.get().getId();
    all.remove(id);
    processes.get(id).end(137);
    removals.computeIfAbsent(id, _ -> new CompletableFuture<>()).complete(null);
    return now(Outcome.done(found.get()));
  }

  @Override
  public CompletionStage<Outcome<Container>> connect(
      Caller caller, String reference, String network, EndpointSpec endpoint) {
    return now(
        change(
            reference,
            status ->
                status.putEndpoints(network, Endpoint.newBuilder().setSpec(endpoint).build())));
  }

  @Override
  public CompletionStage<Outcome<Container>> disconnect(
      Caller caller, String reference, String network, boolean force) {
    return now(change(reference, status -> status.removeEndpoints(network)));
  }

  @Override
  public CompletionStage<Outcome<PendingExit>> await(String reference, WaitCondition condition) {
    var found = find(reference);
    if (found.isEmpty()) {
      return now(missing(reference));
    }
    var id = found.get().getId();
    if (condition == WaitCondition.NOT_RUNNING
        && found.get().getStatus().getState() != ContainerState.RUNNING) {
      return now(
          Outcome.done(
              new PendingExit(now(new ExitResult(found.get().getStatus().getExitCode(), "")))));
    }
    var exit = processes.get(id).exit.thenApply(code -> new ExitResult(code, ""));
    return now(
        Outcome.done(
            new PendingExit(
                condition == WaitCondition.REMOVED
                    ? removals
                        .computeIfAbsent(id, _ -> new CompletableFuture<>())
                        .thenCombine(exit, (_, code) -> code)
                    : exit)));
  }

  @Override
  public Outcome<Container> inspect(String reference) {
    return find(reference).map(Outcome::done).orElseGet(() -> missing(reference));
  }

  @Override
  public synchronized Collection<Container> list() {
    return List.copyOf(all.values());
  }

  @Override
  public CompletionStage<Outcome<Sizes>> sizes(String reference) {
    return now(inspect(reference).map(_ -> new Sizes(12, 3456)));
  }

  @Override
  public Outcome<Source<LogLine, NotUsed>> logs(String reference, LogQuery query) {
    return inspect(reference)
        .map(
            container -> {
              var lines =
                  processes.get(container.getId()).log().stream()
                      .filter(
                          line -> line.stream() == Stream.STDOUT ? query.stdout() : query.stderr())
                      .toList();
              var skip = Math.max(0, lines.size() - query.tail().orElse(Integer.MAX_VALUE));
              var past = Source.from(lines.subList(skip, lines.size()));
              return query.follow() && container.getStatus().getState() == ContainerState.RUNNING
                  ? past.concat(Source.maybe())
                  : past;
            });
  }

  @Override
  public CompletionStage<Outcome<ProcessTable>> top(
      Caller caller, String reference, List<String> psArguments) {
    return now(
        inspect(reference)
            .map(_ -> new ProcessTable(List.of("PID", "CMD"), List.of(List.of("4711", "cat")))));
  }

  @Override
  public Outcome<Source<Stats, NotUsed>> stats(String reference, boolean stream, boolean oneShot) {
    return inspect(reference).map(_ -> Source.single(Samples.stats()));
  }

  @Override
  public CompletionStage<Outcome<Attachment>> attach(
      Caller caller, String reference, AttachOptions options) {
    return now(
        inspect(reference)
            .map(
                container ->
                    new Attachment(
                        container.getSpec().getProcess().getTty(),
                        processes.get(container.getId()).stdio())));
  }

  @Override
  public CompletionStage<Outcome<Container>> resize(
      Caller caller, String reference, int height, int width) {
    return now(inspect(reference));
  }

  @Override
  public CompletionStage<Outcome<Exec>> createExec(Caller caller, String reference, ExecSpec spec) {
    return now(
        inspect(reference)
            .map(
                container -> {
                  var exec =
                      Exec.newBuilder()
                          .setId(ContainerId.random().value())
                          .setContainerId(container.getId())
                          .setSpec(spec)
                          .build();
                  execs.put(exec.getId(), exec);
                  return exec;
                }));
  }

  @Override
  public CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<ConsoleSize> size) {
    return now(
        inspectExec(execId)
            .map(
                exec -> {
                  var process = new FakeProcess(exec.getSpec().getCommandList());
                  execs.put(execId, exec.toBuilder().setRunning(true).setPid(4712).build());
                  process.exit.thenAccept(
                      code ->
                          execs.put(
                              execId,
                              exec.toBuilder().setRunning(false).setExitCode(code).build()));
                  processes.put(execId, process);
                  if (detach) {
                    process.start();
                    return Optional.empty();
                  }
                  return Optional.of(
                      new Attachment(
                          exec.getSpec().getTty(),
                          process
                              .stdio()
                              .mapMaterializedValue(
                                  value -> {
                                    process.start();
                                    return value;
                                  })));
                }));
  }

  @Override
  public Outcome<Exec> inspectExec(String execId) {
    var exec = execs.get(execId);
    return exec == null
        ? Outcome.refused(ErrorKind.NOT_FOUND, "No such exec instance: " + execId)
        : Outcome.done(exec);
  }

  @Override
  public CompletionStage<Outcome<Exec>> resizeExec(
      Caller caller, String execId, int height, int width) {
    return now(inspectExec(execId));
  }
}
