package io.gantry.cluster.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The networks of all hosts; each is one host's. A new one is made on the host that its name names
 * ("h2/backend"), else on this one; "bridge", "host" and "none" without a host mean this one's.
 */
final class ClusterNetworks implements Networks {
  private static final Set<String> EVERYWHERE = Set.of("bridge", "host", "none");

  private final AllHosts hosts;
  private final Lookup<Network> lookup;

  ClusterNetworks(AllHosts hosts) {
    this.hosts = hosts;
    this.lookup = new Lookup<>(hosts, "network", (host, name) -> host.networks().inspect(name));
  }

  @Override
  public CompletionStage<Outcome<Network>> create(Caller caller, NetworkSpec spec) {
    var slash = spec.getName().indexOf('/');
    var host =
        slash < 0 ? hosts.self() : hosts.find(spec.getName().substring(0, slash)).orElse(null);
    if (host == null) {
      return hosts.self().networks().create(caller, spec);
    }
    var there = spec.toBuilder().setName(spec.getName().substring(slash + 1)).build();
    return host.networks().create(caller, there);
  }

  @Override
  public Outcome<Network> inspect(String reference) {
    return EVERYWHERE.contains(reference)
        ? hosts.self().networks().inspect(reference).map(one -> Shown.of(hosts.self(), one))
        : lookup.find(reference).map(found -> Shown.of(found.host(), found.value()));
  }

  @Override
  public Collection<Network> list() {
    var lists = hosts.ask(host -> host.networks().list());
    var names = new HashMap<String, Integer>();
    lists
        .values()
        .forEach(
            list -> list.forEach(one -> names.merge(one.getSpec().getName(), 1, Integer::sum)));
    var all = new ArrayList<Network>();
    lists.forEach(
        (host, list) ->
            list.forEach(
                one ->
                    all.add(
                        names.getOrDefault(one.getSpec().getName(), 1) > 1
                            ? Shown.withHostInName(host, one)
                            : Shown.of(host, one))));
    return all;
  }

  @Override
  public CompletionStage<Outcome<Network>> remove(Caller caller, String reference) {
    if (EVERYWHERE.contains(reference)) {
      return hosts.self().networks().remove(caller, reference);
    }
    return CompletableFuture.supplyAsync(() -> lookup.find(reference), RemoteHost.WAITING)
        .thenCompose(
            outcome -> outcome.then(found -> found.host().networks().remove(caller, found.name())));
  }
}
