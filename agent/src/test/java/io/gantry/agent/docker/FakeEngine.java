package io.gantry.agent.docker;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import io.gantry.agent.Builds;
import io.gantry.agent.Caller;
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
import io.gantry.agent.fake.InMemoryBuilds;
import io.gantry.agent.fake.InMemoryCluster;
import io.gantry.agent.fake.InMemoryFiles;
import io.gantry.agent.fake.InMemoryServices;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.record.Entry;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;

/** A whole engine in memory. */
final class FakeEngine implements Engine {
  final FakeImages images = new FakeImages();
  final FakeRegistries registries = new FakeRegistries();
  final FakeContainers containers = new FakeContainers(images);
  final InMemoryFiles files;
  final InMemoryBuilds builds = new InMemoryBuilds();
  final FakeVolumes volumes = new FakeVolumes();
  final FakeNetworks networks = new FakeNetworks();
  final FakeEvents events = new FakeEvents();
  final InMemoryCluster cluster = new InMemoryCluster();
  final InMemoryServices services = new InMemoryServices(cluster);

  FakeEngine(ActorSystem<?> system) {
    files = new InMemoryFiles(system, containers, images);
  }

  @Override
  public Containers containers() {
    return containers;
  }

  @Override
  public InMemoryFiles files() {
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
    return builds;
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
  public Membership membership() {
    return cluster;
  }

  @Override
  public Services services() {
    return services;
  }

  /** Appends to the record. */
  @Override
  public Prunes prunes() {
    return (_, kind, reclaimedBytes) -> {
      var host = new Subject("host", "h1", "host", "", Map.of());
      var event = new HostEvent.Pruned(kind.text(), reclaimedBytes, FakeContainers.NOON);
      events.append(DockerEventsTest.entry(events.last() + 1, host, event));
      return CompletableFuture.completedFuture(Outcome.done(Done.getInstance()));
    };
  }

  @Override
  public EventLog events() {
    return events;
  }

  @Override
  public HostFacts host() {
    return Samples.HOST;
  }

  /** Volumes in memory. */
  static final class FakeVolumes implements Volumes {
    final Map<String, Volume> all = new ConcurrentSkipListMap<>();

    @Override
    public CompletionStage<Outcome<Volume>> create(Caller caller, VolumeSpec spec) {
      var name = spec.getName().isEmpty() ? "f".repeat(64) : spec.getName();
      var volume =
          all.computeIfAbsent(
              name,
              _ ->
                  Volume.newBuilder()
                      .setSpec(spec.toBuilder().setName(name))
                      .setMountpoint("/var/lib/gantry/volumes/" + name)
                      .setCreatedAt(FakeContainers.timestamp(FakeContainers.NOON))
                      .build());
      return CompletableFuture.completedFuture(Outcome.done(volume));
    }

    @Override
    public Outcome<Volume> inspect(String name) {
      var volume = all.get(name);
      return volume == null
          ? Outcome.refused(ErrorKind.NOT_FOUND, "get %s: no such volume".formatted(name))
          : Outcome.done(volume);
    }

    @Override
    public Collection<Volume> list() {
      return all.values();
    }

    @Override
    public CompletionStage<Outcome<Volume>> remove(Caller caller, String name, boolean force) {
      var found = inspect(name);
      all.remove(name);
      return CompletableFuture.completedFuture(found);
    }

    @Override
    public CompletionStage<Outcome<Long>> size(String name) {
      return CompletableFuture.completedFuture(inspect(name).map(_ -> 4096L));
    }
  }

  /** Networks in memory: the predefined three and what is created. */
  static final class FakeNetworks implements Networks {
    final Map<String, Network> all = new ConcurrentSkipListMap<>();

    FakeNetworks() {
      put("bridge", "bridge", "b");
      put("host", "host", "a");
      put("none", "null", "0");
    }

    private void put(String name, String driver, String digit) {
      all.put(
          name,
          Network.newBuilder()
              .setId(digit.repeat(64))
              .setSpec(NetworkSpec.newBuilder().setName(name).setDriver(driver))
              .setCreatedAt(FakeContainers.timestamp(FakeContainers.NOON))
              .build());
    }

    @Override
    public CompletionStage<Outcome<Network>> create(Caller caller, NetworkSpec spec) {
      if (all.containsKey(spec.getName())) {
        return CompletableFuture.completedFuture(
            Outcome.refused(
                ErrorKind.CONFLICT,
                "network with name %s already exists".formatted(spec.getName())));
      }
      var network =
          Network.newBuilder()
              .setId("%064x".formatted(spec.getName().hashCode() & 0xffffffffL))
              .setSpec(spec)
              .setCreatedAt(FakeContainers.timestamp(FakeContainers.NOON))
              .build();
      all.put(spec.getName(), network);
      return CompletableFuture.completedFuture(Outcome.done(network));
    }

    @Override
    public Outcome<Network> inspect(String reference) {
      return all.values().stream()
          .filter(
              network ->
                  network.getSpec().getName().equals(reference)
                      || network.getId().startsWith(reference))
          .findFirst()
          .map(Outcome::done)
          .orElseGet(
              () ->
                  Outcome.refused(
                      ErrorKind.NOT_FOUND, "network %s not found".formatted(reference)));
    }

    @Override
    public Collection<Network> list() {
      return all.values();
    }

    @Override
    public CompletionStage<Outcome<Network>> remove(Caller caller, String reference) {
      var found = inspect(reference);
      if (found instanceof Outcome.Done<Network>(var network)) {
        all.remove(network.getSpec().getName());
      }
      return CompletableFuture.completedFuture(found);
    }
  }

  /** A record in memory: {@link #append} reaches those that follow. */
  static final class FakeEvents implements EventLog {
    private final List<Entry> all = new ArrayList<>();
    private final List<SourceQueueWithComplete<Entry>> followers = new ArrayList<>();

    synchronized void append(Entry entry) {
      all.add(entry);
      followers.forEach(follower -> follower.offer(entry));
    }

    synchronized int followers() {
      return followers.size();
    }

    @Override
    public synchronized Source<Entry, NotUsed> read(long after, boolean follow) {
      var past = all.stream().filter(entry -> entry.sequence() > after).toList();
      if (!follow) {
        return Source.from(past);
      }
      return Source.<Entry>queue(1024, OverflowStrategy.backpressure())
          .mapMaterializedValue(this::register)
          .watchTermination(
              (queue, done) -> {
                done.whenComplete((_, _) -> unregister(queue));
                return NotUsed.getInstance();
              })
          .prepend(Source.from(past));
    }

    private synchronized SourceQueueWithComplete<Entry> register(
        SourceQueueWithComplete<Entry> follower) {
      followers.add(follower);
      return follower;
    }

    private synchronized void unregister(SourceQueueWithComplete<Entry> follower) {
      followers.remove(follower);
    }

    @Override
    public synchronized long firstSince(Instant time) {
      return all.stream()
          .filter(entry -> !entry.time().isBefore(time))
          .mapToLong(Entry::sequence)
          .findFirst()
          .orElse(last() + 1);
    }

    @Override
    public synchronized long last() {
      return all.isEmpty() ? 0 : all.getLast().sequence();
    }
  }
}
