package io.gantry.cluster.membership;

import akka.grpc.GrpcServiceException;
import akka.grpc.javadsl.Metadata;
import io.gantry.agent.Outcome;
import io.gantry.agent.socket.ServerTls;
import io.gantry.cluster.peer.Protocol;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.EnterRequest;
import io.gantry.protocol.v1.EnterResponse;
import io.gantry.protocol.v1.PeerServicePowerApi;
import io.gantry.protocol.v1.PresenceRequest;
import io.gantry.protocol.v1.PresenceResponse;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.PeerService}, for one connection. */
record PeerCalls(Belonging belonging, String principal) implements PeerServicePowerApi {
  @Override
  public CompletionStage<EnterResponse> enter(EnterRequest request, Metadata metadata) {
    var from = principal.replaceFirst("^" + ServerTls.STRANGER, "");
    return belonging.admit(request, from).thenApply(PeerCalls::value);
  }

  @Override
  public CompletionStage<PresenceResponse> presence(PresenceRequest request, Metadata metadata) {
    if (principal.startsWith(ServerTls.STRANGER)) {
      belonging.refused(
          principal.substring(ServerTls.STRANGER.length()), "it showed no certificate");
      return CompletableFuture.failedStage(
          refusal(ErrorKind.UNAUTHENTICATED, "only hosts of the cluster may ask this"));
    }
    return CompletableFuture.completedStage(
        PresenceResponse.newBuilder()
            .setProtocol(Protocol.CURRENT)
            .setHostId(belonging.selfId())
            .addAllMembers(belonging.view().members())
            .build());
  }

  private static <T> T value(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) -> throw refusal(kind, message);
    };
  }

  private static GrpcServiceException refusal(ErrorKind kind, String message) {
    return new GrpcServiceException(
        Status.fromCodeValue(kind.grpcStatus()).withDescription(message));
  }
}
