package io.gantry.cluster.membership;

import akka.NotUsed;
import akka.grpc.GrpcServiceException;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Source;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.socket.ServerTls;
import io.gantry.cluster.engine.Offer;
import io.gantry.cluster.peer.Protocol;
import io.gantry.cluster.remote.LogLinesMessages;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.EnterRequest;
import io.gantry.protocol.v1.EnterResponse;
import io.gantry.protocol.v1.GovernRequest;
import io.gantry.protocol.v1.GovernResponse;
import io.gantry.protocol.v1.LogLines;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.OfferRequest;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.PeerServicePowerApi;
import io.gantry.protocol.v1.PresenceRequest;
import io.gantry.protocol.v1.PresenceResponse;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.PeerService}, for one connection. */
record PeerCalls(Belonging belonging, Engine engine, String principal)
    implements PeerServicePowerApi {
  @Override
  public CompletionStage<EnterResponse> enter(EnterRequest request, Metadata metadata) {
    var from = principal.replaceFirst("^" + ServerTls.STRANGER, "");
    return belonging.admit(request, from).thenApply(PeerCalls::value);
  }

  @Override
  public CompletionStage<PresenceResponse> presence(PresenceRequest request, Metadata metadata) {
    if (isStranger()) {
      return CompletableFuture.failedStage(turnedAway());
    }
    return CompletableFuture.completedStage(
        PresenceResponse.newBuilder()
            .setProtocol(Protocol.CURRENT)
            .setHostId(belonging.selfId())
            .addAllMembers(belonging.view().members())
            .build());
  }

  @Override
  public Source<LogLines, NotUsed> logs(LogsRequest request, Metadata metadata) {
    if (isStranger()) {
      return Source.failed(turnedAway());
    }
    var opened = Source.single(LogLines.getDefaultInstance());
    try {
      var query = LogLinesMessages.query(request);
      var batches = value(engine.containers().logBatches(request.getContainer(), query));
      return opened.concat(batches.map(LogLinesMessages::write));
    } catch (GrpcServiceException refused) {
      return Source.failed(refused);
    }
  }

  @Override
  public CompletionStage<OfferResponse> offer(OfferRequest request, Metadata metadata) {
    return isStranger()
        ? CompletableFuture.failedStage(turnedAway())
        : CompletableFuture.completedStage(Offer.of(engine, request.getSpec()));
  }

  @Override
  public CompletionStage<GovernResponse> govern(GovernRequest request, Metadata metadata) {
    return isStranger()
        ? CompletableFuture.failedStage(turnedAway())
        : belonging
            .governor()
            .govern(request)
            .thenApply(
                decided ->
                    GovernResponse.newBuilder().setService(PeerCalls.value(decided)).build());
  }

  private boolean isStranger() {
    return principal.startsWith(ServerTls.STRANGER);
  }

  private GrpcServiceException turnedAway() {
    belonging.refused(principal.substring(ServerTls.STRANGER.length()), "it showed no certificate");
    return refusal(ErrorKind.UNAUTHENTICATED, "only hosts of the cluster may ask this");
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
