package io.gantry.cluster.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The networks of all hosts; each is one host's. A new one is made on the host that its name names
 * ("h2/backend"), else on this one; "bridge", "host" and "none" without a host mean this one's.
 */
final class ClusterNetworks implements Networks {
  private static final Set<String> EVERYWHERE = Set.of("bridge", "host", "none");

  private static final Lookup.Kind<Network> NETWORKS =
      new Lookup.Kind<>(
          "network",
          (host, name) -> host.networks().inspect(name),
          host -> host.networks().list(),
          network -> network.getSpec().getName(),
          Shown::of,
          Shown::withHostInName);

  private final AllHosts hosts;
  private final Lookup<Network> lookup;

  ClusterNetworks(AllHosts hosts) {
    this.hosts = hosts;
    this.lookup = new Lookup<>(hosts, NETWORKS);
  }

  @Override
  public CompletionStage<Outcome<Network>> create(Caller caller, NetworkSpec spec) {
    var place = lookup.place(spec.getName());
    var there = spec.toBuilder().setName(place.name()).build();
    return place.host().networks().create(caller, there);
  }

  @Override
  public Outcome<Network> inspect(String reference) {
    return EVERYWHERE.contains(reference)
        ? hosts.self().networks().inspect(reference).map(one -> Shown.of(hosts.self(), one))
        : lookup.find(reference).map(found -> Shown.of(found.host(), found.value()));
  }

  @Override
  public Collection<Network> list() {
    return lookup.all();
  }

  @Override
  public CompletionStage<Outcome<Network>> remove(Caller caller, String reference) {
    return EVERYWHERE.contains(reference)
        ? hosts.self().networks().remove(caller, reference)
        : lookup.on(reference, found -> found.host().networks().remove(caller, found.name()));
  }
}
