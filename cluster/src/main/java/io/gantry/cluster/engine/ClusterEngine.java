package io.gantry.cluster.engine;

import io.gantry.agent.Builds;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Containers;
import io.gantry.agent.Engine;
import io.gantry.agent.EventLog;
import io.gantry.agent.HostFacts;
import io.gantry.agent.Images;
import io.gantry.agent.Membership;
import io.gantry.agent.Networks;
import io.gantry.agent.Prunes;
import io.gantry.agent.Registries;
import io.gantry.agent.Volumes;

/**
 * All hosts of the cluster as one engine, served by any of them. Builds and prunes are the asked
 * host's own. A host without a cluster is its only one.
 */
public final class ClusterEngine implements Engine {
  private final AllHosts hosts;
  private final ClusterContainers containers;
  private final ClusterFiles files;
  private final ClusterImages images;
  private final ClusterRegistries registries;
  private final ClusterVolumes volumes;
  private final ClusterNetworks networks;

  public ClusterEngine(AllHosts hosts) {
    var locator = new Locator(hosts);
    this.hosts = hosts;
    this.containers = new ClusterContainers(hosts, locator, new ByOffers(hosts, locator));
    this.files = new ClusterFiles(locator);
    this.images = new ClusterImages(hosts);
    this.registries = new ClusterRegistries(hosts);
    this.volumes = new ClusterVolumes(hosts);
    this.networks = new ClusterNetworks(hosts);
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
    return images;
  }

  @Override
  public Registries registries() {
    return registries;
  }

  @Override
  public Builds builds() {
    return hosts.own().builds();
  }

  @Override
  public Volumes volumes() {
    return volumes;
  }

  @Override
  public Networks networks() {
    return networks;
  }

  @Override
  public Prunes prunes() {
    return hosts.own().prunes();
  }

  @Override
  public EventLog events() {
    return hosts.own().events();
  }

  @Override
  public Membership membership() {
    return hosts.own().membership();
  }

  @Override
  public HostFacts host() {
    return hosts.own().host();
  }

  @Override
  public boolean mayWait() {
    return true;
  }

  @Override
  public boolean isHost(String name) {
    return hosts.find(name).isPresent();
  }
}
