package io.gantry.cluster.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Volumes;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/**
 * The volumes of all hosts. A new one is made on the host that its name names ("h2/data"), else on
 * this one.
 */
final class ClusterVolumes implements Volumes {
  private static final Lookup.Kind<Volume> VOLUMES =
      new Lookup.Kind<>(
          "volume",
          (host, name) -> host.volumes().inspect(name),
          host -> host.volumes().list(),
          volume -> volume.getSpec().getName(),
          Shown::of,
          Shown::withHostInName);

  private final Lookup<Volume> lookup;

  ClusterVolumes(AllHosts hosts) {
    this.lookup = new Lookup<>(hosts, VOLUMES);
  }

  @Override
  public CompletionStage<Outcome<Volume>> create(Caller caller, VolumeSpec spec) {
    var place = lookup.place(spec.getName());
    var host = place.host();
    return host.volumes()
        .create(caller, spec.toBuilder().setName(place.name()).build())
        .thenApply(
            made ->
                made.map(
                    one -> place.named() ? Shown.withHostInName(host, one) : Shown.of(host, one)));
  }

  @Override
  public Outcome<Volume> inspect(String name) {
    return lookup.find(name).map(found -> Shown.of(found.host(), found.value()));
  }

  @Override
  public Collection<Volume> list() {
    return lookup.all();
  }

  @Override
  public CompletionStage<Outcome<Volume>> remove(Caller caller, String name, boolean force) {
    return lookup.on(name, found -> found.host().volumes().remove(caller, found.name(), force));
  }

  @Override
  public CompletionStage<Outcome<Long>> size(String name) {
    return lookup.on(name, found -> found.host().volumes().size(found.name()));
  }
}
