package io.gantry.agent.fake;

import io.gantry.agent.Caller;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

public final class InMemoryNetworks implements Networks {
  private final Map<String, Network> networks = new ConcurrentHashMap<>();

  InMemoryNetworks() {
    for (var name : List.of("bridge", "host", "none")) {
      add(NetworkSpec.newBuilder().setName(name).setDriver(name).build());
    }
  }

  private Network add(NetworkSpec spec) {
    var id = "%064x".formatted(spec.getName().hashCode() & 0xffffffffL);
    var network = Network.newBuilder().setId(id).setSpec(spec).build();
    networks.put(spec.getName(), network);
    return network;
  }

  @Override
  public CompletionStage<Outcome<Network>> create(Caller caller, NetworkSpec spec) {
    if (networks.containsKey(spec.getName())) {
      return CompletableFuture.completedStage(
          Outcome.refused(
              ErrorKind.CONFLICT, "network with name %s already exists".formatted(spec.getName())));
    }
    return CompletableFuture.completedStage(Outcome.done(add(spec)));
  }

  @Override
  public Outcome<Network> inspect(String reference) {
    var network = networks.get(reference);
    return network == null
        ? Outcome.refused(ErrorKind.NOT_FOUND, "network %s not found".formatted(reference))
        : Outcome.done(network);
  }

  @Override
  public Collection<Network> list() {
    return List.copyOf(networks.values());
  }

  @Override
  public CompletionStage<Outcome<Network>> remove(Caller caller, String reference) {
    var outcome = inspect(reference);
    networks.remove(reference);
    return CompletableFuture.completedStage(outcome);
  }
}
