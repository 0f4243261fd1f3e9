package io.gantry.agent.grpc;

import akka.grpc.javadsl.Metadata;
import io.gantry.agent.Engine;
import io.gantry.protocol.v1.ConnectNetworkRequest;
import io.gantry.protocol.v1.ContainerChange;
import io.gantry.protocol.v1.CreateNetworkRequest;
import io.gantry.protocol.v1.DisconnectNetworkRequest;
import io.gantry.protocol.v1.InspectNetworkRequest;
import io.gantry.protocol.v1.ListNetworksRequest;
import io.gantry.protocol.v1.ListNetworksResponse;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkServicePowerApi;
import io.gantry.protocol.v1.RemoveNetworkRequest;
import io.gantry.protocol.v1.RemoveNetworkResponse;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.NetworkService}. */
record NetworkCalls(Engine engine, Calls calls) implements NetworkServicePowerApi {
  @Override
  public CompletionStage<Network> create(CreateNetworkRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(engine.networks().create(call.caller(), request.getSpec()));
  }

  @Override
  public CompletionStage<Network> inspect(InspectNetworkRequest request, Metadata metadata) {
    return calls
        .read(() -> engine.networks().inspect(request.getNetwork()))
        .thenApply(calls.begin(metadata)::value);
  }

  @Override
  public CompletionStage<ListNetworksResponse> list(
      ListNetworksRequest request, Metadata metadata) {
    var byName = Comparator.comparing((Network network) -> network.getSpec().getName());
    return calls.read(
        () ->
            ListNetworksResponse.newBuilder()
                .addAllNetworks(engine.networks().list().stream().sorted(byName).toList())
                .build());
  }

  @Override
  public CompletionStage<RemoveNetworkResponse> remove(
      RemoveNetworkRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        engine.networks().remove(call.caller(), request.getNetwork()),
        _ -> RemoveNetworkResponse.getDefaultInstance());
  }

  @Override
  public CompletionStage<ContainerChange> connect(
      ConnectNetworkRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(
        engine
            .containers()
            .connect(
                call.caller(),
                request.getContainer(),
                request.getNetwork(),
                request.getEndpoint()));
  }

  @Override
  public CompletionStage<ContainerChange> disconnect(
      DisconnectNetworkRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.change(
        engine
            .containers()
            .disconnect(
                call.caller(), request.getContainer(), request.getNetwork(), request.getForce()));
  }
}
