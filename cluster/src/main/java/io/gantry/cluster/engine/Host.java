package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Containers;
import io.gantry.agent.EventsByTime;
import io.gantry.agent.Images;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Volumes;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import java.util.concurrent.CompletionStage;

/**
 * One host and what it does, whether it is this one or another: what a controller that places
 * containers works with. {@code containers().create} makes one there.
 *
 * @param known what the cluster knows of it
 */
public record Host(
    ClusterHost known,
    Containers containers,
    ContainerFiles files,
    Images images,
    Registries registries,
    Volumes volumes,
    Networks networks,
    EventsByTime events,
    Watches watches,
    Offers offers) {

  /** A host's record with its gaps and heartbeats. */
  public interface Watches {
    Source<WatchResponse, NotUsed> watch(Caller caller, WatchRequest request);
  }

  /** What a host says of a container that it might get. */
  public interface Offers {
    CompletionStage<Outcome<OfferResponse>> offer(ContainerSpec spec);
  }

  public String id() {
    return known.getId();
  }

  public String name() {
    return known.getName();
  }

  public boolean isSelf() {
    return known.getSelf();
  }

  public boolean isUp() {
    return known.getPresence() == HostPresence.HOST_PRESENCE_UP;
  }

  /** In words, for who wants something of one that is not up. */
  public String presence() {
    return switch (known.getPresence()) {
      case HOST_PRESENCE_UP -> "up";
      case HOST_PRESENCE_UNREACHABLE -> "unreachable";
      case HOST_PRESENCE_AWAY, HOST_PRESENCE_UNSPECIFIED, UNRECOGNIZED -> "away";
    };
  }
}
