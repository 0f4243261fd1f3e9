package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Source;
import io.gantry.agent.Engine;
import io.gantry.agent.Membership;
import io.gantry.agent.Secret;
import io.gantry.protocol.v1.ClusterServicePowerApi;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.DrainHostRequest;
import io.gantry.protocol.v1.ForgetHostRequest;
import io.gantry.protocol.v1.InitClusterRequest;
import io.gantry.protocol.v1.JoinClusterRequest;
import io.gantry.protocol.v1.JoinTokenRequest;
import io.gantry.protocol.v1.JoinTokenResponse;
import io.gantry.protocol.v1.LeaveClusterRequest;
import io.gantry.protocol.v1.ViewClusterRequest;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.ClusterService}. */
record ClusterCalls(Engine engine, Membership membership, Calls calls)
    implements ClusterServicePowerApi {
  @Override
  public CompletionStage<ClusterView> init(InitClusterRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(membership.init(call.caller(), given(request.getAddress())));
  }

  @Override
  public CompletionStage<ClusterView> join(JoinClusterRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        membership.join(
            call.caller(),
            request.getRemote(),
            new Secret(request.getToken()),
            given(request.getAddress())));
  }

  @Override
  public CompletionStage<ClusterView> leave(LeaveClusterRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(membership.leave(call.caller()));
  }

  @Override
  public CompletionStage<ClusterView> view(ViewClusterRequest request, Metadata metadata) {
    return CompletableFuture.completedStage(membership.view());
  }

  @Override
  public CompletionStage<JoinTokenResponse> token(JoinTokenRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        membership.token(call.caller(), request.getRotate()),
        token -> JoinTokenResponse.newBuilder().setToken(token.value()).build());
  }

  @Override
  public CompletionStage<ClusterView> drain(DrainHostRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(membership.drain(call.caller(), request.getHost(), request.getDrained()));
  }

  @Override
  public CompletionStage<ClusterView> forget(ForgetHostRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(membership.forget(call.caller(), request.getHost()));
  }

  @Override
  public Source<WatchClusterResponse, NotUsed> watch(
      WatchClusterRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.stream(engine.watchCluster(call.caller(), request), told -> told);
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(one -> !one.isEmpty());
  }
}
