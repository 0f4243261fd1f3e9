package io.gantry.cluster.remote;

import io.gantry.agent.Caller;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.CreateNetworkRequest;
import io.gantry.protocol.v1.InspectNetworkRequest;
import io.gantry.protocol.v1.ListNetworksRequest;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import io.gantry.protocol.v1.RemoveNetworkRequest;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** Networks of another host. */
record RemoteNetworks(RemoteHost host) implements Networks {
  @Override
  public CompletionStage<Outcome<Network>> create(Caller caller, NetworkSpec spec) {
    return host.ask(
        caller, Methods.Networks.CREATE, CreateNetworkRequest.newBuilder().setSpec(spec).build());
  }

  @Override
  public Outcome<Network> inspect(String reference) {
    return host.read(
        Methods.Networks.INSPECT, InspectNetworkRequest.newBuilder().setNetwork(reference).build());
  }

  @Override
  public Collection<Network> list() {
    return host.answer(Methods.Networks.LIST, ListNetworksRequest.getDefaultInstance())
        .getNetworksList();
  }

  /** What it was is not known any more. */
  @Override
  public CompletionStage<Outcome<Network>> remove(Caller caller, String reference) {
    return host.ask(
            caller,
            Methods.Networks.REMOVE,
            RemoveNetworkRequest.newBuilder().setNetwork(reference).build())
        .thenApply(outcome -> outcome.map(_ -> Network.newBuilder().setId(reference).build()));
  }
}
