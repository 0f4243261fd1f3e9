package io.gantry.cluster.remote;

import akka.NotUsed;
import akka.stream.KillSwitches;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.gantry.agent.Attachment;
import io.gantry.agent.Caller;
import io.gantry.agent.Containers;
import io.gantry.agent.LogBatch;
import io.gantry.agent.Outcome;
import io.gantry.agent.Stats;
import io.gantry.cluster.peer.PeerMethod;
import io.gantry.protocol.v1.ConnectNetworkRequest;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerChange;
import io.gantry.protocol.v1.ContainerSizesRequest;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.CreateContainerRequest;
import io.gantry.protocol.v1.DisconnectNetworkRequest;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.InspectContainerRequest;
import io.gantry.protocol.v1.InspectExecRequest;
import io.gantry.protocol.v1.KillContainerRequest;
import io.gantry.protocol.v1.ListContainersRequest;
import io.gantry.protocol.v1.PauseContainerRequest;
import io.gantry.protocol.v1.ProcessRow;
import io.gantry.protocol.v1.RemoveContainerRequest;
import io.gantry.protocol.v1.RenameContainerRequest;
import io.gantry.protocol.v1.ResizeExecRequest;
import io.gantry.protocol.v1.ResizeRequest;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartContainerRequest;
import io.gantry.protocol.v1.RestartPolicy;
import io.gantry.protocol.v1.StartContainerRequest;
import io.gantry.protocol.v1.StatsRequest;
import io.gantry.protocol.v1.StopContainerRequest;
import io.gantry.protocol.v1.TopRequest;
import io.gantry.protocol.v1.UnpauseContainerRequest;
import io.gantry.protocol.v1.UpdateContainerRequest;
import io.gantry.protocol.v1.WaitRequest;
import io.gantry.protocol.v1.WaitResponse;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * Containers of another host. What answers without a stage waits for it, some seconds at most;
 * {@link #list} then throws a {@link RemoteFailure}.
 */
final class RemoteContainers implements Containers {
  private final RemoteHost host;
  private final RemoteStdio stdio;

  RemoteContainers(RemoteHost host) {
    this.host = host;
    this.stdio = new RemoteStdio(host);
  }

  private <I> CompletionStage<Outcome<Container>> change(
      Caller caller, PeerMethod<I, ContainerChange> method, I request) {
    return host.ask(caller, method, request)
        .thenApply(
            outcome ->
                switch (outcome) {
                  case Outcome.Done<ContainerChange>(var change) when change.getUnchanged() ->
                      new Outcome.Unchanged<>(change.getContainer());
                  case Outcome.Done<ContainerChange> done ->
                      done.map(ContainerChange::getContainer);
                  case Outcome.Unchanged<ContainerChange> unchanged ->
                      unchanged.map(ContainerChange::getContainer);
                  case Outcome.Refused<ContainerChange> refused -> refused.as();
                });
  }

  // -- life cycle

  @Override
  public CompletionStage<Outcome<Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec spec) {
    var request = CreateContainerRequest.newBuilder().setName(name.orElse("")).setSpec(spec);
    return host.ask(caller, Methods.Containers.CREATE, request.build())
        .thenApply(
            outcome ->
                outcome.map(
                    created -> new Creation(created.getContainer(), created.getWarningsList())));
  }

  @Override
  public CompletionStage<Outcome<Container>> start(Caller caller, String reference) {
    return change(
        caller,
        Methods.Containers.START,
        StartContainerRequest.newBuilder().setContainer(reference).build());
  }

  @Override
  public CompletionStage<Outcome<Container>> stop(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    var request =
        StopContainerRequest.newBuilder().setContainer(reference).setSignal(signal.orElse(""));
    graceSeconds.ifPresent(request::setGraceSeconds);
    return change(caller, Methods.Containers.STOP, request.build());
  }

  @Override
  public CompletionStage<Outcome<Container>> restart(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    var request =
        RestartContainerRequest.newBuilder().setContainer(reference).setSignal(signal.orElse(""));
    graceSeconds.ifPresent(request::setGraceSeconds);
    return change(caller, Methods.Containers.RESTART, request.build());
  }

  @Override
  public CompletionStage<Outcome<Container>> kill(Caller caller, String reference, String signal) {
    return change(
        caller,
        Methods.Containers.KILL,
        KillContainerRequest.newBuilder().setContainer(reference).setSignal(signal).build());
  }

  @Override
  public CompletionStage<Outcome<Container>> pause(Caller caller, String reference) {
    return change(
        caller,
        Methods.Containers.PAUSE,
        PauseContainerRequest.newBuilder().setContainer(reference).build());
  }

  @Override
  public CompletionStage<Outcome<Container>> unpause(Caller caller, String reference) {
    return change(
        caller,
        Methods.Containers.UNPAUSE,
        UnpauseContainerRequest.newBuilder().setContainer(reference).build());
  }

  @Override
  public CompletionStage<Outcome<Container>> rename(
      Caller caller, String reference, String newName) {
    return change(
        caller,
        Methods.Containers.RENAME,
        RenameContainerRequest.newBuilder().setContainer(reference).setNewName(newName).build());
  }

  @Override
  public CompletionStage<Outcome<Container>> update(
      Caller caller,
      String reference,
      Optional<ResourceSpec> resources,
      Optional<RestartPolicy> policy) {
    var request = UpdateContainerRequest.newBuilder().setContainer(reference);
    resources.ifPresent(request::setResources);
    policy.ifPresent(request::setRestartPolicy);
    return change(caller, Methods.Containers.UPDATE, request.build());
  }

  @Override
  public CompletionStage<Outcome<Container>> remove(
      Caller caller, String reference, boolean force, boolean volumes) {
    return change(
        caller,
        Methods.Containers.REMOVE,
        RemoveContainerRequest.newBuilder()
            .setContainer(reference)
            .setForce(force)
            .setVolumes(volumes)
            .build());
  }

  @Override
  public CompletionStage<Outcome<Container>> connect(
      Caller caller, String reference, String network, EndpointSpec endpoint) {
    return change(
        caller,
        Methods.Networks.CONNECT,
        ConnectNetworkRequest.newBuilder()
            .setContainer(reference)
            .setNetwork(network)
            .setEndpoint(endpoint)
            .build());
  }

  @Override
  public CompletionStage<Outcome<Container>> disconnect(
      Caller caller, String reference, String network, boolean force) {
    return change(
        caller,
        Methods.Networks.DISCONNECT,
        DisconnectNetworkRequest.newBuilder()
            .setContainer(reference)
            .setNetwork(network)
            .setForce(force)
            .build());
  }

  @Override
  public CompletionStage<Outcome<PendingExit>> await(String reference, WaitCondition condition) {
    var request =
        WaitRequest.newBuilder()
            .setContainer(reference)
            .setCondition(
                switch (condition) {
                  case NOT_RUNNING ->
                      io.gantry.protocol.v1.WaitCondition.WAIT_CONDITION_NOT_RUNNING;
                  case NEXT_EXIT -> io.gantry.protocol.v1.WaitCondition.WAIT_CONDITION_NEXT_EXIT;
                  case REMOVED -> io.gantry.protocol.v1.WaitCondition.WAIT_CONDITION_REMOVED;
                })
            .build();
    return host.open(Caller.ENGINE, Methods.Containers.WAIT, Source.single(request))
        .thenApply(outcome -> outcome.map(parts -> pending(parts.second())));
  }

  /** Who forgets the wait ends the call. */
  private PendingExit pending(Source<WaitResponse, NotUsed> rest) {
    var running =
        rest.filter(WaitResponse::hasExited)
            .map(WaitResponse::getExited)
            .viaMat(KillSwitches.single(), Keep.right())
            .toMat(Sink.headOption(), Keep.both())
            .run(host.system());
    var exit =
        running
            .second()
            .handleAsync(
                (exited, failure) ->
                    failure == null
                        ? exited
                            .map(one -> new ExitResult(one.getCode(), one.getError()))
                            .orElseGet(() -> new ExitResult(-1, "the wait was ended"))
                        : new ExitResult(
                            -1,
                            String.valueOf(RemoteFailure.of(host.name(), failure).getMessage())),
                RemoteHost.WAITING);
    return new PendingExit(exit, running.first()::shutdown);
  }

  // -- reading

  @Override
  public Outcome<Container> inspect(String reference) {
    return host.read(
        Methods.Containers.INSPECT,
        InspectContainerRequest.newBuilder().setContainer(reference).build());
  }

  @Override
  public Collection<Container> list() {
    return host.answer(
            Methods.Containers.LIST, ListContainersRequest.newBuilder().setAll(true).build())
        .getContainersList();
  }

  @Override
  public CompletionStage<Outcome<Sizes>> sizes(String reference) {
    return host.ask(
            Caller.ENGINE,
            Methods.Containers.SIZES,
            ContainerSizesRequest.newBuilder().setContainer(reference).build())
        .thenApply(
            outcome ->
                outcome.map(sizes -> new Sizes(sizes.getWritableBytes(), sizes.getRootBytes())));
  }

  @Override
  public Outcome<Source<LogLine, NotUsed>> logs(String reference, LogQuery query) {
    return logBatches(reference, query).map(batches -> batches.mapConcat(LogBatch::lines));
  }

  @Override
  public Outcome<Source<LogBatch, NotUsed>> logBatches(String reference, LogQuery query) {
    if (!query.stdout() && !query.stderr()) {
      return Outcome.done(Source.empty());
    }
    return host.opened(Methods.Peers.LOGS, LogLinesMessages.request(reference, query))
        .map(parts -> parts.second().map(LogLinesMessages::read));
  }

  @Override
  public CompletionStage<Outcome<ProcessTable>> top(
      Caller caller, String reference, List<String> psArguments) {
    return host.ask(
            caller,
            Methods.Containers.TOP,
            TopRequest.newBuilder().setContainer(reference).addAllPsArguments(psArguments).build())
        .thenApply(
            outcome ->
                outcome.map(
                    table ->
                        new ProcessTable(
                            table.getTitlesList(),
                            table.getRowsList().stream()
                                .<List<String>>map(ProcessRow::getValuesList)
                                .toList())));
  }

  @Override
  public Outcome<Source<Stats, NotUsed>> stats(String reference, boolean stream, boolean oneShot) {
    var request = StatsRequest.newBuilder().setContainer(reference).setStream(stream).build();
    return host.opened(Methods.Containers.STATS, request)
        .map(parts -> parts.second().prepend(Source.single(parts.first())).map(RemoteStats::read));
  }

  // -- stdio

  @Override
  public CompletionStage<Outcome<Attachment>> attach(
      Caller caller, String reference, AttachOptions options) {
    return stdio.attach(caller, reference, options);
  }

  @Override
  public CompletionStage<Outcome<Container>> resize(
      Caller caller, String reference, int height, int width) {
    return change(
        caller,
        Methods.Containers.RESIZE,
        ResizeRequest.newBuilder()
            .setContainer(reference)
            .setSize(RemoteStdio.size(height, width))
            .build());
  }

  @Override
  public CompletionStage<Outcome<Exec>> createExec(Caller caller, String reference, ExecSpec spec) {
    return host.ask(
        caller,
        Methods.Containers.CREATE_EXEC,
        io.gantry.protocol.v1.CreateExecRequest.newBuilder()
            .setContainer(reference)
            .setSpec(spec)
            .build());
  }

  @Override
  public CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<ConsoleSize> size) {
    return stdio.startExec(caller, execId, detach, size);
  }

  @Override
  public Outcome<Exec> inspectExec(String execId) {
    return host.read(
        Methods.Containers.INSPECT_EXEC, InspectExecRequest.newBuilder().setExecId(execId).build());
  }

  @Override
  public CompletionStage<Outcome<Exec>> resizeExec(
      Caller caller, String execId, int height, int width) {
    return host.ask(
        caller,
        Methods.Containers.RESIZE_EXEC,
        ResizeExecRequest.newBuilder()
            .setExecId(execId)
            .setSize(RemoteStdio.size(height, width))
            .build());
  }
}
