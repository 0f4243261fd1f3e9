package io.gantry.cluster.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Volumes;
import io.gantry.cluster.engine.Lookup.Found;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The volumes of all hosts. A new one is made on the host that its name names ("h2/data"), else on
 * this one.
 */
final class ClusterVolumes implements Volumes {
  private final AllHosts hosts;
  private final Lookup<Volume> lookup;

  ClusterVolumes(AllHosts hosts) {
    this.hosts = hosts;
    this.lookup = new Lookup<>(hosts, "volume", (host, name) -> host.volumes().inspect(name));
  }

  private <T> CompletionStage<Outcome<T>> on(
      String name, Function<Found<Volume>, CompletionStage<Outcome<T>>> call) {
    return CompletableFuture.supplyAsync(() -> lookup.find(name), RemoteHost.WAITING)
        .thenCompose(found -> found.then(call));
  }

  @Override
  public CompletionStage<Outcome<Volume>> create(Caller caller, VolumeSpec spec) {
    var slash = spec.getName().indexOf('/');
    var host =
        slash < 0 ? hosts.self() : hosts.find(spec.getName().substring(0, slash)).orElse(null);
    if (host == null) {
      return hosts.self().volumes().create(caller, spec);
    }
    var there = spec.toBuilder().setName(spec.getName().substring(slash + 1)).build();
    return host.volumes()
        .create(caller, there)
        .thenApply(
            made ->
                made.map(one -> slash < 0 ? Shown.of(host, one) : Shown.withHostInName(host, one)));
  }

  @Override
  public Outcome<Volume> inspect(String name) {
    return lookup.find(name).map(found -> Shown.of(found.host(), found.value()));
  }

  @Override
  public Collection<Volume> list() {
    var lists = hosts.ask(host -> host.volumes().list());
    var names = new HashMap<String, Integer>();
    lists
        .values()
        .forEach(
            list -> list.forEach(one -> names.merge(one.getSpec().getName(), 1, Integer::sum)));
    var all = new ArrayList<Volume>();
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
  public CompletionStage<Outcome<Volume>> remove(Caller caller, String name, boolean force) {
    return on(name, found -> found.host().volumes().remove(caller, found.name(), force));
  }

  @Override
  public CompletionStage<Outcome<Long>> size(String name) {
    return on(name, found -> found.host().volumes().size(found.name()));
  }
}
