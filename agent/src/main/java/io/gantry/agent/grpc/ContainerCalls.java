package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Source;
import io.gantry.agent.Containers;
import io.gantry.protocol.v1.AttachRequest;
import io.gantry.protocol.v1.AttachResponse;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerChange;
import io.gantry.protocol.v1.ContainerServicePowerApi;
import io.gantry.protocol.v1.ContainerSizesRequest;
import io.gantry.protocol.v1.ContainerSizesResponse;
import io.gantry.protocol.v1.CreateContainerRequest;
import io.gantry.protocol.v1.CreateContainerResponse;
import io.gantry.protocol.v1.CreateExecRequest;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecDetachedRequest;
import io.gantry.protocol.v1.ExecRequest;
import io.gantry.protocol.v1.ExecResponse;
import io.gantry.protocol.v1.InspectContainerRequest;
import io.gantry.protocol.v1.InspectExecRequest;
import io.gantry.protocol.v1.KillContainerRequest;
import io.gantry.protocol.v1.ListContainersRequest;
import io.gantry.protocol.v1.ListContainersResponse;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.LogsResponse;
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
import io.gantry.protocol.v1.StartExecRequest;
import io.gantry.protocol.v1.StartExecResponse;
import io.gantry.protocol.v1.StatsRequest;
import io.gantry.protocol.v1.StatsResponse;
import io.gantry.protocol.v1.StopContainerRequest;
import io.gantry.protocol.v1.TopRequest;
import io.gantry.protocol.v1.TopResponse;
import io.gantry.protocol.v1.UnpauseContainerRequest;
import io.gantry.protocol.v1.UpdateContainerRequest;
import io.gantry.protocol.v1.WaitRequest;
import io.gantry.protocol.v1.WaitResponse;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * {@code gantry.v1.ContainerService}. What streams is in {@link LogCalls}, {@link WaitCalls},
 * {@link AttachCalls} and {@link ExecCalls}.
 */
record ContainerCalls(
    Containers containers, Calls calls, AttachCalls attaching, ExecCalls executing)
    implements ContainerServicePowerApi {

  ContainerCalls(Containers containers, Calls calls) {
    this(containers, calls, new AttachCalls(containers), new ExecCalls(containers, calls));
  }

  // -- life ------------------------------------------------------------------------------------

  @Override
  public CompletionStage<CreateContainerResponse> create(
      CreateContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        containers.create(call.caller(), Messages.given(request.getName()), request.getSpec()),
        creation ->
            CreateContainerResponse.newBuilder()
                .setContainer(creation.container())
                .addAllWarnings(creation.warnings())
                .build());
  }

  @Override
  public CompletionStage<ContainerChange> start(StartContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(containers.start(call.caller(), request.getContainer()));
  }

  @Override
  public CompletionStage<ContainerChange> stop(StopContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var grace =
        request.hasGraceSeconds() ? OptionalInt.of(request.getGraceSeconds()) : OptionalInt.empty();
    return call.change(
        containers.stop(
            call.caller(), request.getContainer(), Messages.given(request.getSignal()), grace));
  }

  @Override
  public CompletionStage<ContainerChange> restart(
      RestartContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var grace =
        request.hasGraceSeconds() ? OptionalInt.of(request.getGraceSeconds()) : OptionalInt.empty();
    return call.change(
        containers.restart(
            call.caller(), request.getContainer(), Messages.given(request.getSignal()), grace));
  }

  @Override
  public CompletionStage<ContainerChange> kill(KillContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(containers.kill(call.caller(), request.getContainer(), request.getSignal()));
  }

  @Override
  public CompletionStage<ContainerChange> pause(PauseContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(containers.pause(call.caller(), request.getContainer()));
  }

  @Override
  public CompletionStage<ContainerChange> unpause(
      UnpauseContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(containers.unpause(call.caller(), request.getContainer()));
  }

  @Override
  public CompletionStage<ContainerChange> rename(
      RenameContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(
        containers.rename(call.caller(), request.getContainer(), request.getNewName()));
  }

  @Override
  public CompletionStage<ContainerChange> update(
      UpdateContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var resources =
        request.hasResources()
            ? Optional.of(request.getResources())
            : Optional.<ResourceSpec>empty();
    var policy =
        request.hasRestartPolicy()
            ? Optional.of(request.getRestartPolicy())
            : Optional.<RestartPolicy>empty();
    return call.change(containers.update(call.caller(), request.getContainer(), resources, policy));
  }

  @Override
  public CompletionStage<ContainerChange> remove(
      RemoveContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(
        containers.remove(
            call.caller(), request.getContainer(), request.getForce(), request.getVolumes()));
  }

  // -- reading ---------------------------------------------------------------------------------

  @Override
  public CompletionStage<Container> inspect(InspectContainerRequest request, Metadata metadata) {
    return calls
        .read(() -> containers.inspect(request.getContainer()))
        .thenApply(calls.begin(metadata)::value);
  }

  @Override
  public CompletionStage<ListContainersResponse> list(
      ListContainersRequest request, Metadata metadata) {
    var selection = ContainerSelection.of(request);
    return calls.read(
        () ->
            ListContainersResponse.newBuilder()
                .addAllContainers(
                    containers.list().stream()
                        .filter(selection)
                        .sorted(ContainerSelection.NEWEST_FIRST)
                        .toList())
                .build());
  }

  @Override
  public CompletionStage<ContainerSizesResponse> sizes(
      ContainerSizesRequest request, Metadata metadata) {
    return calls
        .begin(metadata)
        .value(
            containers.sizes(request.getContainer()),
            sizes ->
                ContainerSizesResponse.newBuilder()
                    .setWritableBytes(sizes.writableBytes())
                    .setRootBytes(sizes.rootBytes())
                    .build());
  }

  @Override
  public CompletionStage<TopResponse> top(TopRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        containers.top(call.caller(), request.getContainer(), request.getPsArgumentsList()),
        table ->
            TopResponse.newBuilder()
                .addAllTitles(table.titles())
                .addAllRows(
                    table.rows().stream()
                        .map(row -> ProcessRow.newBuilder().addAllValues(row).build())
                        .toList())
                .build());
  }

  @Override
  public Source<WaitResponse, NotUsed> wait(WaitRequest request, Metadata metadata) {
    return WaitCalls.wait(containers, calls.begin(metadata), request);
  }

  @Override
  public Source<LogsResponse, NotUsed> logs(LogsRequest request, Metadata metadata) {
    return LogCalls.logs(containers, calls, calls.begin(metadata), request);
  }

  @Override
  public Source<StatsResponse, NotUsed> stats(StatsRequest request, Metadata metadata) {
    return calls.begin(metadata).stream(
        calls.read(
            () ->
                containers.stats(
                    request.getContainer(), request.getStream(), !request.getStream())),
        StatsMessages::of);
  }

  // -- stdio -----------------------------------------------------------------------------------

  @Override
  public Source<AttachResponse, NotUsed> attach(
      Source<AttachRequest, NotUsed> request, Metadata metadata) {
    return attaching.attach(calls.begin(metadata), request);
  }

  @Override
  public CompletionStage<ContainerChange> resize(ResizeRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var size = request.getSize();
    return call.change(
        containers.resize(
            call.caller(), request.getContainer(), Messages.height(size), Messages.width(size)));
  }

  @Override
  public Source<ExecResponse, NotUsed> exec(
      Source<ExecRequest, NotUsed> request, Metadata metadata) {
    return executing.exec(calls.begin(metadata), request);
  }

  @Override
  public CompletionStage<Exec> execDetached(ExecDetachedRequest request, Metadata metadata) {
    return executing.detached(calls.begin(metadata), request);
  }

  @Override
  public CompletionStage<Exec> createExec(CreateExecRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        containers.createExec(call.caller(), request.getContainer(), request.getSpec()));
  }

  @Override
  public Source<StartExecResponse, NotUsed> startExec(
      Source<StartExecRequest, NotUsed> request, Metadata metadata) {
    return StartExecCalls.start(containers, calls.begin(metadata), request);
  }

  @Override
  public CompletionStage<Exec> inspectExec(InspectExecRequest request, Metadata metadata) {
    return calls
        .read(() -> containers.inspectExec(request.getExecId()))
        .thenApply(calls.begin(metadata)::value);
  }

  @Override
  public CompletionStage<Exec> resizeExec(ResizeExecRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var size = request.getSize();
    return call.value(
        containers.resizeExec(
            call.caller(), request.getExecId(), Messages.height(size), Messages.width(size)));
  }
}
