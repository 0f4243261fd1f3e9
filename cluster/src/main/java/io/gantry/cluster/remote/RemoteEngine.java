package io.gantry.cluster.remote;

import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Containers;
import io.gantry.agent.Images;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Volumes;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.OfferRequest;
import io.gantry.protocol.v1.OfferResponse;
import java.util.concurrent.CompletionStage;

/** What another host does for its peers. */
public record RemoteEngine(
    Containers containers,
    ContainerFiles files,
    Images images,
    Registries registries,
    Volumes volumes,
    Networks networks,
    RemoteRecord record,
    RemoteHost host) {
  public static RemoteEngine of(RemoteHost host) {
    return new RemoteEngine(
        new RemoteContainers(host),
        new RemoteFiles(host),
        new RemoteImages(host),
        new RemoteRegistries(host),
        new RemoteVolumes(host),
        new RemoteNetworks(host),
        new RemoteRecord(host),
        host);
  }

  /** What it has of what a new container needs. */
  public CompletionStage<Outcome<OfferResponse>> offer(ContainerSpec spec) {
    return host.ask(
        Caller.ENGINE, Methods.Peers.OFFER, OfferRequest.newBuilder().setSpec(spec).build());
  }
}
