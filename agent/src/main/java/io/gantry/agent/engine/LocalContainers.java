package io.gantry.agent.engine;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.stream.javadsl.Source;
import io.gantry.agent.Attachment;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers;
import io.gantry.agent.LogBatch;
import io.gantry.agent.Outcome;
import io.gantry.agent.Stats;
import io.gantry.agent.container.Board;
import io.gantry.agent.container.ContainersActor;
import io.gantry.agent.container.DetachKeys;
import io.gantry.agent.container.Directories;
import io.gantry.agent.container.Execution;
import io.gantry.agent.container.Names;
import io.gantry.agent.container.SignalNumbers;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.agent.network.NetworkTable;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The containers of this host: finds them by reference, asks their actors, reads the board. */
public final class LocalContainers implements Containers {
  /** How long a killed container may take to end. */
  private static final Duration DEATH = Duration.ofSeconds(12);

  private final References references;
  private final Board board;
  private final Creator creation;
  private final ContainerStdio stdio;
  private final ContainerReading reading;
  private final Execution execution;
  private final ContainerNetworks networks;
  private final FilePlaces places;
  private final Renaming renaming;
  private final ContainerActors actors;
  private final InstantSource clock;

  public LocalContainers(
      Board board,
      Names names,
      Creator creation,
      ContainerStdio stdio,
      ContainerReading reading,
      Execution execution,
      NetworkTable networks,
      Directories directories,
      ActorRef<ContainersActor.Command> actors,
      Scheduler scheduler,
      InstantSource clock) {
    this.references = new References(board, names);
    this.board = board;
    this.creation = creation;
    this.stdio = stdio;
    this.reading = reading;
    this.execution = execution;
    this.networks = new ContainerNetworks(networks, clock);
    this.places = new FilePlaces(directories);
    this.actors = new ContainerActors(actors, scheduler, clock);
    this.renaming = new Renaming(names, this.actors, clock);
    this.clock = clock;
  }

  @Override
  public CompletionStage<Outcome<Containers.Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec spec) {
    return creation.create(caller, name, spec);
  }

  @Override
  public CompletionStage<Outcome<Container>> start(Caller caller, String reference) {
    return carry(caller, reference, new Request.Start(clock.instant()))
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Refused<Container>
                    ? onceRemoved(reference, outcome)
                    : CompletableFuture.completedFuture(outcome));
  }

  /**
   * One that could not be started may be removed by itself: who waits for its removal hears of that
   * before the refusal, because Docker's command line gives up waiting with the refusal.
   */
  private CompletionStage<Outcome<Container>> onceRemoved(
      String reference, Outcome<Container> refused) {
    return switch (references.find(reference)) {
      case Outcome.Done<Container>(var found)
          when found.getStatus().getState() == ContainerState.REMOVING ->
          actors
              .await(found.getId(), WaitCondition.REMOVED)
              .exit()
              .thenApply(_ -> refused)
              .toCompletableFuture()
              .completeOnTimeout(refused, DEATH.toMillis(), TimeUnit.MILLISECONDS);
      default -> CompletableFuture.completedFuture(refused);
    };
  }

  @Override
  public CompletionStage<Outcome<Container>> stop(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return withSignal(
        signal,
        canonical ->
            carry(
                caller,
                reference,
                new Request.Stop(canonical, grace(graceSeconds), clock.instant())));
  }

  @Override
  public CompletionStage<Outcome<Container>> restart(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return withSignal(
        signal,
        canonical ->
            carry(
                caller,
                reference,
                new Request.Restart(canonical, grace(graceSeconds), clock.instant())));
  }

  @Override
  public CompletionStage<Outcome<Container>> kill(Caller caller, String reference, String signal) {
    return withSignal(
        Optional.of(signal.isEmpty() ? "SIGKILL" : signal),
        canonical ->
            dead(
                reference,
                carry(
                    caller,
                    reference,
                    new Request.Kill(canonical.orElseThrow(), clock.instant()))));
  }

  /** A process that the kernel does not let go of keeps nobody waiting. */
  private static CompletionStage<Outcome<Container>> dead(
      String reference, CompletionStage<Outcome<Container>> killed) {
    return killed
        .toCompletableFuture()
        .completeOnTimeout(
            Outcome.refused(
                ErrorKind.INTERNAL,
                "cannot kill container: %s: tried to kill container, but did not receive an exit event"
                    .formatted(reference)),
            DEATH.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static CompletionStage<Outcome<Container>> withSignal(
      Optional<String> signal,
      Function<Optional<String>, CompletionStage<Outcome<Container>>> request) {
    if (signal.isEmpty()) {
      return request.apply(signal);
    }
    var number = SignalNumbers.parse(signal.get());
    return number.isPresent()
        ? request.apply(Optional.of(SignalNumbers.canonical(number.getAsInt())))
        : refused(ErrorKind.INVALID, SpecCheck.wrongSignal(signal.get()));
  }

  private static Optional<Duration> grace(OptionalInt seconds) {
    return seconds.isPresent()
        ? Optional.of(Duration.ofSeconds(seconds.getAsInt()))
        : Optional.empty();
  }

  /** Ends what runs because the agent ends. Completes when nothing runs any more. */
  public CompletionStage<Void> shutDown() {
    return CompletableFuture.allOf(
        board.list().stream()
            .filter(container -> container.getStatus().getPid() != 0)
            .map(
                container ->
                    actors
                        .carry(
                            container.getId(), new Request.Shutdown(clock.instant()), Caller.ENGINE)
                        .toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public CompletionStage<Outcome<Container>> pause(Caller caller, String reference) {
    return carry(caller, reference, new Request.Pause(clock.instant()));
  }

  @Override
  public CompletionStage<Outcome<Container>> unpause(Caller caller, String reference) {
    return carry(caller, reference, new Request.Unpause(clock.instant()));
  }

  @Override
  public CompletionStage<Outcome<Container>> rename(
      Caller caller, String reference, String newName) {
    return references
        .find(reference)
        .then(container -> renaming.rename(caller, container, newName));
  }

  @Override
  public CompletionStage<Outcome<Container>> update(
      Caller caller,
      String reference,
      Optional<ResourceSpec> resources,
      Optional<RestartPolicy> policy) {
    var checked = resources.map(asked -> LimitsCheck.check(asked, creation.support(), true));
    var wrong =
        Checks.first(
            () -> checked.flatMap(LimitsCheck.Result::wrong),
            () -> policy.flatMap(one -> SpecCheck.restart(one, false)));
    if (wrong.isPresent()) {
      return refused(ErrorKind.INVALID, wrong.get());
    }
    var warnings = checked.map(LimitsCheck.Result::warnings).orElse(List.of());
    return carry(
            caller,
            reference,
            new Request.Update(checked.map(LimitsCheck.Result::spec), policy, clock.instant()))
        .thenApply(outcome -> outcome.map(container -> warned(container, warnings)));
  }

  /** Of this update alone; what the host could not grant at the start is another matter. */
  private static Container warned(Container container, List<String> warnings) {
    return container.toBuilder()
        .setStatus(
            container.getStatus().toBuilder().clearWarnings().addAllWarnings(warnings).build())
        .build();
  }

  @Override
  public CompletionStage<Outcome<Container>> remove(
      Caller caller, String reference, boolean force, boolean volumes) {
    return carry(caller, reference, new Request.Remove(force, volumes, clock.instant()));
  }

  @Override
  public CompletionStage<Outcome<Container>> connect(
      Caller caller, String reference, String network, EndpointSpec endpoint) {
    return onNetworks(caller, reference, () -> networks.connect(network, endpoint));
  }

  @Override
  public CompletionStage<Outcome<Container>> disconnect(
      Caller caller, String reference, String network, boolean force) {
    return onNetworks(caller, reference, () -> networks.disconnect(network, force));
  }

  private CompletionStage<Outcome<Container>> onNetworks(
      Caller caller, String reference, Supplier<Outcome<Request>> request) {
    return references
        .find(reference)
        .then(
            container -> request.get().then(wish -> actors.carry(container.getId(), wish, caller)));
  }

  @Override
  public CompletionStage<Outcome<PendingExit>> await(String reference, WaitCondition condition) {
    return CompletableFuture.completedFuture(
        references.find(reference).map(container -> actors.await(container.getId(), condition)));
  }

  @Override
  public Outcome<Container> inspect(String reference) {
    return references.find(reference).map(places::shown);
  }

  @Override
  public Collection<Container> list() {
    return board.list();
  }

  @Override
  public CompletionStage<Outcome<Sizes>> sizes(String reference) {
    return references.find(reference).then(reading::sizes);
  }

  @Override
  public Outcome<Source<LogLine, NotUsed>> logs(String reference, LogQuery query) {
    return logBatches(reference, query).map(batches -> batches.mapConcat(LogBatch::lines));
  }

  @Override
  public Outcome<Source<LogBatch, NotUsed>> logBatches(String reference, LogQuery query) {
    return references.find(reference).map(container -> logBatches(container, query));
  }

  /** Only who follows has to wait for the end of the run, and only for as long as it listens. */
  private Source<LogBatch, NotUsed> logBatches(Container container, LogQuery query) {
    if (!query.follow() || container.getStatus().getPid() == 0) {
      return reading.logs(container, query, CompletableFuture.completedFuture(container));
    }
    var end = actors.await(container.getId(), WaitCondition.NOT_RUNNING);
    return reading
        .logs(container, query, end.exit())
        .watchTermination(
            (_, over) -> {
              over.whenComplete((_, _) -> end.forget().run());
              return NotUsed.getInstance();
            });
  }

  @Override
  public CompletionStage<Outcome<ProcessTable>> top(
      Caller caller, String reference, List<String> psArguments) {
    return references
        .find(reference)
        .then(
            container ->
                actors
                    .observe(container.getId(), "top", caller)
                    .thenCompose(seen -> seen.then(_ -> reading.top(container, psArguments))));
  }

  @Override
  public Outcome<Source<Stats, NotUsed>> stats(String reference, boolean stream, boolean oneShot) {
    return references.find(reference).map(container -> reading.stats(container, stream));
  }

  @Override
  public CompletionStage<Outcome<Attachment>> attach(
      Caller caller, String reference, AttachOptions options) {
    return references
        .find(reference)
        .then(
            container -> {
              actors.note(container.getId(), "attach", Map.of(), caller);
              return CompletableFuture.completedFuture(stdio.attach(container, options));
            });
  }

  @Override
  public CompletionStage<Outcome<Container>> resize(
      Caller caller, String reference, int height, int width) {
    return references
        .find(reference)
        .then(
            container ->
                stdio
                    .resize(container, height, width)
                    .thenApply(
                        outcome -> {
                          actors.note(container.getId(), "resize", Map.of(), caller);
                          return outcome;
                        }));
  }

  @Override
  public CompletionStage<Outcome<Exec>> createExec(Caller caller, String reference, ExecSpec spec) {
    if (spec.getCommandCount() == 0 || spec.getCommand(0).isEmpty()) {
      return CompletableFuture.completedFuture(
          Outcome.refused(ErrorKind.INVALID, "No exec command specified"));
    }
    try {
      DetachKeys.parse(spec.getDetachKeys());
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(
          Outcome.refused(
              ErrorKind.INVALID,
              "Invalid escape keys (%s) provided".formatted(spec.getDetachKeys())));
    }
    return references.find(reference).then(container -> createExec(caller, container, spec));
  }

  private CompletionStage<Outcome<Exec>> createExec(
      Caller caller, Container container, ExecSpec spec) {
    var exec =
        Exec.newBuilder()
            .setId(execution.newId(new ContainerId(container.getId()), spec))
            .setContainerId(container.getId())
            .setSpec(spec)
            .build();
    return actors
        .handle(
            container.getId(), new Request.CreateExec(exec.getId(), spec, clock.instant()), caller)
        .thenApply(outcome -> outcome.map(_ -> exec));
  }

  @Override
  public CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<ConsoleSize> size) {
    return stdio.startExec(caller, execId, detach, size);
  }

  @Override
  public Outcome<Exec> inspectExec(String execId) {
    return references.exec(execId);
  }

  @Override
  public CompletionStage<Outcome<Exec>> resizeExec(
      Caller caller, String execId, int height, int width) {
    return stdio.resizeExec(execId, height, width);
  }

  private CompletionStage<Outcome<Container>> carry(
      Caller caller, String reference, Request request) {
    return references
        .find(reference)
        .then(container -> actors.carry(container.getId(), request, caller));
  }

  /** For the record only: nobody waits for it. */
  public void observed(Caller caller, String id, String action, Map<String, String> attributes) {
    actors.note(id, action, attributes, caller);
  }

  private static CompletionStage<Outcome<Container>> refused(ErrorKind kind, String message) {
    return CompletableFuture.completedFuture(Outcome.refused(kind, message));
  }
}
