package io.gantry.agent.fake;

import akka.actor.typed.ActorSystem;
import io.gantry.agent.Engine;
import io.gantry.agent.HostFacts;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** All parts in memory; one record for all of them. */
public final class InMemoryEngine implements Engine {
  public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final InMemoryEventLog events = new InMemoryEventLog();
  private final InMemoryImages images;
  private final InMemoryRegistries registries;
  private final InMemoryContainers containers;
  private final InMemoryFiles files;
  private final InMemoryBuilds builds = new InMemoryBuilds();
  private final InMemoryVolumes volumes = new InMemoryVolumes(events);
  private final InMemoryNetworks networks = new InMemoryNetworks();
  private final InMemoryCluster cluster = new InMemoryCluster();
  private final InMemoryServices services = new InMemoryServices(cluster);

  public InMemoryEngine(ActorSystem<?> system) {
    this.images = new InMemoryImages(system);
    this.registries = new InMemoryRegistries(images);
    this.containers = new InMemoryContainers(system, images, events);
    this.files = new InMemoryFiles(system, containers, images);
  }

  @Override
  public InMemoryContainers containers() {
    return containers;
  }

  @Override
  public InMemoryFiles files() {
    return files;
  }

  @Override
  public InMemoryImages images() {
    return images;
  }

  @Override
  public InMemoryRegistries registries() {
    return registries;
  }

  @Override
  public InMemoryBuilds builds() {
    return builds;
  }

  @Override
  public InMemoryVolumes volumes() {
    return volumes;
  }

  @Override
  public InMemoryNetworks networks() {
    return networks;
  }

  @Override
  public InMemoryPrunes prunes() {
    return new InMemoryPrunes(events);
  }

  @Override
  public InMemoryCluster membership() {
    return cluster;
  }

  @Override
  public InMemoryServices services() {
    return services;
  }

  @Override
  public InMemoryEventLog events() {
    return events;
  }

  @Override
  public HostFacts host() {
    return new HostFacts(
        "0c1d",
        "testhost",
        "0.1.0",
        NOON,
        "6.18.0",
        "Debian GNU/Linux 12",
        "12",
        "x86_64",
        2,
        8L << 30,
        "1",
        "cgroupfs",
        List.of("name=seccomp"),
        Map.of("runc", "/usr/bin/runc"),
        "runc",
        Map.of("runc", "1.1.5", "conmon", "2.1.6"),
        "overlay",
        Path.of("/var/lib/gantry"),
        List.of(),
        HostFacts.Abilities.all(2));
  }
}
