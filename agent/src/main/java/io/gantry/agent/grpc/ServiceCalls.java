package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Source;
import io.gantry.agent.Outcome;
import io.gantry.agent.ServiceLogs;
import io.gantry.agent.ServiceProgress;
import io.gantry.agent.Services;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.CreateServiceRequest;
import io.gantry.protocol.v1.InspectServiceRequest;
import io.gantry.protocol.v1.ListNodesRequest;
import io.gantry.protocol.v1.ListNodesResponse;
import io.gantry.protocol.v1.ListServicesRequest;
import io.gantry.protocol.v1.ListServicesResponse;
import io.gantry.protocol.v1.ListTasksRequest;
import io.gantry.protocol.v1.ListTasksResponse;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.RemoveServiceRequest;
import io.gantry.protocol.v1.RemoveServiceResponse;
import io.gantry.protocol.v1.ScaleServiceRequest;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceLogsRequest;
import io.gantry.protocol.v1.ServiceLogsResponse;
import io.gantry.protocol.v1.ServiceServicePowerApi;
import io.gantry.protocol.v1.ServiceView;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.UpdateNodeRequest;
import io.gantry.protocol.v1.UpdateServiceRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.ServiceService}. */
record ServiceCalls(Services services, Calls calls) implements ServiceServicePowerApi {
  private static final int MOST_REPLICAS = 1_000_000;

  @Override
  public CompletionStage<Service> create(CreateServiceRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(services.create(call.caller(), request.getSpec()));
  }

  @Override
  public CompletionStage<ServiceView> inspect(InspectServiceRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return calls.read(
        () -> view(call.value(services.inspect(request.getService())), services.tasks()));
  }

  @Override
  public CompletionStage<ListServicesResponse> list(
      ListServicesRequest request, Metadata metadata) {
    return calls.read(
        () -> {
          var tasks = services.tasks();
          return ListServicesResponse.newBuilder()
              .addAllServices(
                  services.list().stream().map(service -> view(service, tasks)).toList())
              .build();
        });
  }

  private static ServiceView view(Service service, List<Task> tasks) {
    var progress = ServiceProgress.of(service, tasks);
    return ServiceView.newBuilder()
        .setService(service)
        .setRunning(progress.running())
        .setWanted(progress.wanted())
        .build();
  }

  @Override
  public CompletionStage<Service> update(UpdateServiceRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var present = call.value(services.inspect(request.getService()));
    var version = request.getVersion() == 0 ? present.getVersion() : request.getVersion();
    return call.value(
        request.getRollback()
            ? services.rollback(call.caller(), present.getId(), version)
            : services.update(call.caller(), present.getId(), version, request.getSpec()));
  }

  @Override
  public CompletionStage<Service> scale(ScaleServiceRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var replicas = request.getReplicas();
    if (replicas < 0 || replicas > MOST_REPLICAS) {
      throw call.invalid(
          "invalid replicas: %s (expected at most %d)"
              .formatted(Integer.toUnsignedString(replicas), MOST_REPLICAS));
    }
    return call.value(services.scale(call.caller(), request.getService(), replicas));
  }

  @Override
  public CompletionStage<RemoveServiceResponse> remove(
      RemoveServiceRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        services.remove(call.caller(), request.getService()),
        _ -> RemoveServiceResponse.getDefaultInstance());
  }

  @Override
  public CompletionStage<ListTasksResponse> tasks(ListTasksRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return calls.read(() -> tasks(call, request));
  }

  private ListTasksResponse tasks(Call call, ListTasksRequest request) {
    var service =
        request.getService().isEmpty()
            ? ""
            : call.value(services.inspect(request.getService())).getId();
    var host =
        request.getHost().isEmpty()
            ? ""
            : call.value(services.node(request.getHost())).getHost().getId();
    return ListTasksResponse.newBuilder()
        .addAllTasks(
            services.tasks().stream()
                .filter(task -> service.isEmpty() || task.getServiceId().equals(service))
                .filter(task -> host.isEmpty() || task.getHostId().equals(host))
                .toList())
        .build();
  }

  @Override
  public Source<ServiceLogsResponse, NotUsed> logs(ServiceLogsRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var logs =
        new ServiceLogs(services, ServiceLogMessages.query(call, request), InstantSource.system());
    return parts(call, logs, request.getService()).mapConcat(ServiceLogMessages::responses);
  }

  private Source<ServiceLogs.Part, NotUsed> parts(Call call, ServiceLogs logs, String reference) {
    if (services.inspect(reference) instanceof Outcome.Done<Service>(var service)) {
      return logs.ofService(service.getId());
    }
    return services.task(reference) instanceof Outcome.Done<Task>(var task)
        ? logs.ofTask(task)
        : Source.failed(
            call.refusal(ErrorKind.NOT_FOUND, "service or task %s not found".formatted(reference)));
  }

  @Override
  public CompletionStage<ListNodesResponse> nodes(ListNodesRequest request, Metadata metadata) {
    return calls.read(() -> ListNodesResponse.newBuilder().addAllNodes(services.nodes()).build());
  }

  @Override
  public CompletionStage<Node> updateNode(UpdateNodeRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var present = call.value(services.node(request.getHost()));
    return call.value(
        services.updateNode(
            call.caller(),
            present.getHost().getId(),
            request.getVersion() == 0
                ? OptionalLong.empty()
                : OptionalLong.of(request.getVersion()),
            availability(call, request.getAvailability(), present),
            request.getSetLabels() ? request.getLabelsMap() : present.getLabelsMap()));
  }

  private static NodeAvailability availability(Call call, NodeAvailability wanted, Node present) {
    return switch (wanted) {
      case NODE_AVAILABILITY_UNSPECIFIED -> present.getAvailability();
      case NODE_AVAILABILITY_ACTIVE, NODE_AVAILABILITY_PAUSE, NODE_AVAILABILITY_DRAIN -> wanted;
      case UNRECOGNIZED ->
          throw call.invalid("invalid availability (expected active, pause or drain)");
    };
  }
}
