package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Source;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.health.HealthCheckRequest;
import io.gantry.protocol.health.HealthCheckResponse;
import io.gantry.protocol.health.HealthCheckResponse.ServingStatus;
import io.gantry.protocol.health.HealthPowerApi;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code grpc.health.v1.Health}. The edge is bound when the engine answers and unbound before it
 * stops, so whoever can ask is served: the state never changes within a connection.
 *
 * @param services full names of what is served; the empty name stands for all
 */
record HealthCalls(Set<String> services, Calls calls) implements HealthPowerApi {
  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  private boolean serves(HealthCheckRequest request) {
    return request.getService().isEmpty() || services.contains(request.getService());
  }

  @Override
  public CompletionStage<HealthCheckResponse> check(HealthCheckRequest request, Metadata metadata) {
    if (!serves(request)) {
      return CompletableFuture.failedStage(
          calls
              .begin(metadata)
              .refusal(ErrorKind.NOT_FOUND, "no such service: " + request.getService()));
    }
    return CompletableFuture.completedStage(response(ServingStatus.SERVING));
  }

  @Override
  public Source<HealthCheckResponse, NotUsed> watch(HealthCheckRequest request, Metadata metadata) {
    var status = serves(request) ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN;
    return Source.single(response(status))
        .concat(
            Source.<HealthCheckResponse>maybe().mapMaterializedValue(_ -> NotUsed.getInstance()));
  }
}
