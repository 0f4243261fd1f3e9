package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.NOTHING;
import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;
import static io.gantry.protocol.ErrorKind.CONFLICT;
import static io.gantry.protocol.ErrorKind.FORBIDDEN;
import static io.gantry.protocol.ErrorKind.INVALID;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Decision.Refused;
import io.gantry.agent.container.lifecycle.Report.Connected;
import io.gantry.agent.container.lifecycle.Request.Connect;
import io.gantry.agent.container.lifecycle.Request.Disconnect;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent.NetworkConnected;
import io.gantry.persistence.event.ContainerEvent.NetworkDisconnected;
import java.util.Optional;

/**
 * Coming to networks and leaving them. A container that does not run is only written down for it; a
 * running one gets or loses a device, and then it is written down. Texts are the Docker Engine
 * API's.
 */
final class NetworkPlaces {
  private NetworkPlaces() {}

  /** A place on a network where it has one already is another wish for it, until the next start. */
  static Decision connect(Present state, Connect wish) {
    var refused = refusal(state, wish);
    if (refused.isPresent()) {
      return refused.get();
    }
    return switch (state) {
      case Created _, Backoff _, Exited _ ->
          events(
              new NetworkConnected(
                  wish.network(), wish.networkId(), wish.spec(), Optional.empty(), wish.at()));
      // Behind the launch, where one is under way.
      case Starting _, Running _, Paused _ ->
          NOTHING.then(new Step.Connect(wish.network(), wish.networkId(), wish.spec()));
      case Removing _ -> marked(state);
    };
  }

  private static Optional<Refused> refusal(Present state, Connect wish) {
    var network = state.view().getSpec().getNetwork();
    var places = state.view().getStatus().getEndpointsMap();
    if (network.getMode().startsWith("container:")
        || places.containsKey("host") && !wish.network().equals("host")) {
      return refused(
          "container sharing network namespace with another container or host cannot be connected"
              + " to any other network");
    }
    if (wish.network().equals("host")) {
      return refused(
          "container cannot be disconnected from host network or connected to host network");
    }
    if (places.containsKey(wish.network())) {
      return switch (state) {
        case Created _, Backoff _, Exited _, Removing _ -> Optional.empty();
        case Starting _, Running _, Paused _ ->
            Optional.of(
                new Refused(
                    FORBIDDEN,
                    "endpoint with name %s already exists in network %s"
                        .formatted(state.facts().name(), wish.network())));
      };
    }
    if (!places.isEmpty() && (places.containsKey("none") || wish.network().equals("none"))) {
      return refused(
          "container cannot be connected to multiple networks with one of the networks in private"
              + " (none) mode");
    }
    return Optional.empty();
  }

  static Decision disconnect(Present state, Disconnect wish) {
    var places = state.view().getStatus().getEndpointsMap();
    if (state instanceof Removing) {
      return marked(state);
    }
    if (!places.containsKey(wish.network())) {
      return new Refused(
          FORBIDDEN,
          "container %s is not connected to %s %s"
              .formatted(
                  state.facts().id(),
                  state.view().getStatus().getPid() == 0 ? "the network" : "network",
                  wish.network()));
    }
    return switch (state) {
      case Created _, Backoff _, Exited _ ->
          events(new NetworkDisconnected(wish.network(), wish.networkId(), wish.at()));
      case Starting _, Running _, Paused _ ->
          wish.network().equals("host")
              ? new Refused(
                  INVALID,
                  "container cannot be disconnected from host network or connected to host network")
              : NOTHING.then(new Step.Disconnect(wish.network(), wish.networkId()));
      case Removing _ -> marked(state);
    };
  }

  /** Of a run that has ended meanwhile only the place is left. */
  static Accepted connected(Present state, Connected connected) {
    var endpoint = connected.endpoint();
    var runs = state instanceof Running || state instanceof Paused;
    return events(
        new NetworkConnected(
            connected.network(),
            connected.networkId(),
            endpoint.getSpec(),
            runs ? Optional.of(endpoint) : Optional.empty(),
            connected.at()));
  }

  private static Optional<Refused> refused(String message) {
    return Optional.of(new Refused(INVALID, message));
  }

  private static Refused marked(Present state) {
    return new Refused(
        CONFLICT,
        "container %s is marked for removal and cannot be connected or disconnected to the network"
            .formatted(state.facts().id()));
  }
}
