package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Builds;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Containers;
import io.gantry.agent.Engine;
import io.gantry.agent.EventLog;
import io.gantry.agent.HostFacts;
import io.gantry.agent.Images;
import io.gantry.agent.Membership;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.agent.Prunes;
import io.gantry.agent.Registries;
import io.gantry.agent.Services;
import io.gantry.agent.Volumes;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.util.List;

/**
 * The hosts of the cluster as one engine, served by any of them. Builds and prunes are the asked
 * host's own. A host without a cluster is its only one, and then nothing waits.
 */
public final class ClusterEngine implements Engine {
  private final AllHosts hosts;
  private final Scope scope;
  private final ClusterContainers containers;
  private final ClusterFiles files;
  private final ClusterImages images;
  private final ClusterRegistries registries;
  private final ClusterVolumes volumes;
  private final ClusterNetworks networks;
  private final MergedRecord record;
  private final MergedEvents events;

  public ClusterEngine(AllHosts hosts, Scope scope) {
    var locator = new Locator(hosts, scope == Scope.OWN);
    this.hosts = hosts;
    this.scope = scope;
    this.containers = new ClusterContainers(hosts, scope, locator, new ByOffers(hosts, locator));
    this.files = new ClusterFiles(locator);
    this.images = new ClusterImages(hosts);
    this.registries = new ClusterRegistries(hosts);
    this.volumes = new ClusterVolumes(hosts);
    this.networks = new ClusterNetworks(hosts);
    this.record = new MergedRecord(hosts);
    this.events = new MergedEvents(hosts, record);
  }

  private <T> T chosen(T all, T own) {
    return switch (scope) {
      case ALL -> all;
      case OWN -> own;
    };
  }

  @Override
  public Containers containers() {
    return containers;
  }

  @Override
  public ContainerFiles files() {
    return files;
  }

  @Override
  public Images images() {
    return chosen(images, hosts.own().images());
  }

  @Override
  public Registries registries() {
    return chosen(registries, hosts.own().registries());
  }

  @Override
  public Builds builds() {
    return hosts.own().builds();
  }

  @Override
  public Volumes volumes() {
    return chosen(volumes, hosts.own().volumes());
  }

  @Override
  public Networks networks() {
    return chosen(networks, hosts.own().networks());
  }

  @Override
  public Prunes prunes() {
    return hosts.own().prunes();
  }

  @Override
  public EventLog events() {
    return chosen(events, hosts.own().events());
  }

  @Override
  public Membership membership() {
    return hosts.own().membership();
  }

  @Override
  public Services services() {
    return hosts.own().services();
  }

  @Override
  public HostFacts host() {
    return chosen(ClusterFacts.of(hosts.own().host(), hosts.all()), hosts.own().host());
  }

  @Override
  public List<String> labels() {
    return hosts.hasOthers() ? chosen(ClusterFacts.labels(hosts.all()), List.of()) : List.of();
  }

  @Override
  public boolean mayWait() {
    return hosts.hasOthers();
  }

  @Override
  public Outcome<Source<WatchClusterResponse, NotUsed>> watchCluster(
      Caller caller, WatchClusterRequest request) {
    return Outcome.done(record.watch(caller, request));
  }

  @Override
  public boolean isHost(String name) {
    return hosts.find(name).isPresent();
  }
}
