package io.gantry.agent.fake;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.javadsl.Source;
import io.gantry.agent.Attachment;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers;
import io.gantry.agent.Outcome;
import io.gantry.agent.Stats;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Containers whose processes are {@link ScriptedProcess}es. Every change is an event in the fake's
 * record.
 */
public final class InMemoryContainers implements Containers {
  private final Map<String, InMemoryContainer> containers = new ConcurrentHashMap<>();
  private final Map<String, InMemoryContainer> execs = new ConcurrentHashMap<>();
  private final ActorSystem<?> system;
  private final InMemoryImages images;
  private final InMemoryEventLog events;
  private final List<Caller> callers = new ArrayList<>();

  InMemoryContainers(ActorSystem<?> system, InMemoryImages images, InMemoryEventLog events) {
    this.system = system;
    this.images = images;
    this.events = events;
  }

  /** Who created containers, in order. */
  public List<Caller> callers() {
    return List.copyOf(callers);
  }

  private Outcome<InMemoryContainer> find(String reference) {
    return containers.values().stream()
        .filter(
            container ->
                container.view().getName().equals(reference)
                    || (!reference.isEmpty() && container.view().getId().startsWith(reference)))
        .findFirst()
        .<Outcome<InMemoryContainer>>map(Outcome::done)
        .orElseGet(
            () ->
                Outcome.refused(ErrorKind.NOT_FOUND, "No such container: %s".formatted(reference)));
  }

  private <T> CompletionStage<Outcome<T>> on(
      String reference, Function<InMemoryContainer, Outcome<T>> request) {
    return CompletableFuture.completedStage(now(reference, request));
  }

  private <T> Outcome<T> now(String reference, Function<InMemoryContainer, Outcome<T>> request) {
    return switch (find(reference)) {
      case Outcome.Done<InMemoryContainer>(var container) -> request.apply(container);
      case Outcome.Unchanged<InMemoryContainer>(var container) -> request.apply(container);
      case Outcome.Refused<InMemoryContainer> refused -> refused.as();
    };
  }

  @Override
  public CompletionStage<Outcome<Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec spec) {
    callers.add(caller);
    if (images.inspect(spec.getImage()) instanceof Outcome.Refused<?> refused) {
      return CompletableFuture.completedStage(refused.as());
    }
    var id = ContainerId.random();
    var chosen = name.orElse("brave_" + id.abbreviated());
    if (find(chosen) instanceof Outcome.Done<InMemoryContainer>) {
      return CompletableFuture.completedStage(
          Outcome.refused(
              ErrorKind.CONFLICT,
              "The container name \"/%s\" is already in use".formatted(chosen)));
    }
    var argv = new ArrayList<>(spec.getProcess().getEntrypoint().getValuesList());
    argv.addAll(spec.getProcess().getCmd().getValuesList());
    var view =
        Container.newBuilder()
            .setId(id.value())
            .setName(chosen)
            .setSpec(spec)
            .setCreatedAt(
                com.google.protobuf.Timestamp.newBuilder()
                    .setSeconds(InMemoryEngine.NOON.getEpochSecond() + containers.size()))
            .setStatus(
                ContainerStatus.newBuilder().setState(ContainerState.CREATED).addAllArgv(argv))
            .build();
    var container = new InMemoryContainer(view, system, this::record, this::forget);
    containers.put(id.value(), container);
    record(
        caller,
        view,
        new ContainerEvent.Created(
            chosen, spec, "", List.of(), List.of(), List.of(), InMemoryEngine.NOON));
    return CompletableFuture.completedStage(Outcome.done(new Creation(view, List.of())));
  }

  private void record(Caller caller, Container view, ContainerEvent event) {
    events.append(
        caller,
        new Subject(
            "container",
            view.getId(),
            view.getName(),
            view.getSpec().getImage(),
            view.getSpec().getLabelsMap()),
        event);
  }

  private void forget(Container view) {
    containers.remove(view.getId());
  }

  @Override
  public CompletionStage<Outcome<Container>> start(Caller caller, String reference) {
    return on(reference, container -> container.start(caller));
  }

  @Override
  public CompletionStage<Outcome<Container>> stop(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return on(reference, container -> container.stop(caller));
  }

  @Override
  public CompletionStage<Outcome<Container>> restart(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return on(
        reference,
        container -> {
          container.stop(caller);
          return container.start(caller);
        });
  }

  @Override
  public CompletionStage<Outcome<Container>> kill(Caller caller, String reference, String signal) {
    return on(reference, container -> container.kill(caller, signal));
  }

  @Override
  public CompletionStage<Outcome<Container>> pause(Caller caller, String reference) {
    return on(reference, container -> container.become(ContainerState.PAUSED));
  }

  @Override
  public CompletionStage<Outcome<Container>> unpause(Caller caller, String reference) {
    return on(reference, container -> container.become(ContainerState.RUNNING));
  }

  @Override
  public CompletionStage<Outcome<Container>> rename(
      Caller caller, String reference, String newName) {
    return on(reference, container -> container.rename(newName));
  }

  @Override
  public CompletionStage<Outcome<Container>> update(
      Caller caller,
      String reference,
      Optional<ResourceSpec> resources,
      Optional<RestartPolicy> policy) {
    return on(reference, container -> Outcome.done(container.view()));
  }

  @Override
  public CompletionStage<Outcome<Container>> remove(
      Caller caller, String reference, boolean force, boolean volumes) {
    return on(reference, container -> container.remove(caller, force));
  }

  @Override
  public CompletionStage<Outcome<Container>> connect(
      Caller caller, String reference, String network, EndpointSpec endpoint) {
    return on(reference, container -> Outcome.done(container.view()));
  }

  @Override
  public CompletionStage<Outcome<Container>> disconnect(
      Caller caller, String reference, String network, boolean force) {
    return on(reference, container -> Outcome.done(container.view()));
  }

  @Override
  public CompletionStage<Outcome<PendingExit>> await(String reference, WaitCondition condition) {
    return on(reference, container -> Outcome.done(container.await(condition)));
  }

  @Override
  public Outcome<Container> inspect(String reference) {
    return find(reference).map(InMemoryContainer::view);
  }

  @Override
  public Collection<Container> list() {
    return containers.values().stream().map(InMemoryContainer::view).toList();
  }

  @Override
  public CompletionStage<Outcome<Sizes>> sizes(String reference) {
    return on(reference, _ -> Outcome.done(new Sizes(10, 100)));
  }

  @Override
  public Outcome<Source<LogLine, NotUsed>> logs(String reference, LogQuery query) {
    return now(reference, container -> Outcome.done(container.logs(query)));
  }

  @Override
  public CompletionStage<Outcome<ProcessTable>> top(
      Caller caller, String reference, List<String> psArguments) {
    return on(
        reference,
        _ -> Outcome.done(new ProcessTable(List.of("PID", "CMD"), List.of(List.of("7", "cat")))));
  }

  @Override
  public Outcome<Source<Stats, NotUsed>> stats(String reference, boolean stream, boolean oneShot) {
    var sample =
        new Stats(
            InMemoryEngine.NOON,
            new Stats.Cpu(5, 2, 3, List.of(5L), 100, 2, 0, 0, 0),
            new Stats.Memory(4096, 8192, 1 << 20, 0, Map.of("cache", 1L), 1),
            1,
            0,
            Map.of("eth0", new Stats.Interface(1, 2, 3, 4, 5, 6, 7, 8)),
            List.of(new Stats.BlockIo(8, 0, "read", 512, 1)));
    return now(reference, _ -> Outcome.done(Source.single(sample)));
  }

  @Override
  public CompletionStage<Outcome<Attachment>> attach(
      Caller caller, String reference, AttachOptions options) {
    return on(reference, container -> Outcome.done(container.attach(options.stdin())));
  }

  @Override
  public CompletionStage<Outcome<Container>> resize(
      Caller caller, String reference, int height, int width) {
    return on(reference, container -> container.resize(height, width));
  }

  @Override
  public CompletionStage<Outcome<Exec>> createExec(Caller caller, String reference, ExecSpec spec) {
    return on(
        reference,
        container -> {
          var created = container.createExec(spec);
          created.map(exec -> execs.put(exec.getId(), container));
          return created;
        });
  }

  private <T> CompletionStage<Outcome<T>> onExec(
      String execId, Function<InMemoryContainer, Outcome<T>> request) {
    var container = execs.get(execId);
    return CompletableFuture.completedStage(
        container == null ? noSuchExec(execId) : request.apply(container));
  }

  private static <T> Outcome<T> noSuchExec(String execId) {
    return Outcome.refused(ErrorKind.NOT_FOUND, "No such exec instance: %s".formatted(execId));
  }

  @Override
  public CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<ConsoleSize> size) {
    return onExec(execId, container -> container.startExec(execId, detach));
  }

  @Override
  public Outcome<Exec> inspectExec(String execId) {
    var container = execs.get(execId);
    return container == null ? noSuchExec(execId) : Outcome.done(container.exec(execId));
  }

  @Override
  public CompletionStage<Outcome<Exec>> resizeExec(
      Caller caller, String execId, int height, int width) {
    return onExec(execId, container -> container.resizeExec(execId, height, width));
  }
}
