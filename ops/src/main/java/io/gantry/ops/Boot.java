package io.gantry.ops;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.ContainersActor;
import io.gantry.agent.docker.DockerApi;
import io.gantry.agent.engine.CommitPauses;
import io.gantry.agent.engine.HostActor;
import io.gantry.agent.engine.Predefined;
import io.gantry.agent.grpc.GrpcApi;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.agent.socket.TlsSettings;
import io.gantry.cluster.engine.AllHosts;
import io.gantry.cluster.engine.ClusterEngine;
import io.gantry.cluster.engine.HostChoice;
import io.gantry.cluster.engine.Scope;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.protocol.Release;
import io.gantry.protocol.v1.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From spawned rooms to a serving agent: wait until everything is remembered, compare it with the
 * host, let containers act, open the doors. Runs on a virtual thread and may wait.
 */
final class Boot implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Boot.class);
  private static final Duration LAYER_SWEEP = Duration.ofMinutes(1);
  private static final Duration RECOVERY = Duration.ofMinutes(5);

  private final ActorSystem<?> system;
  private final Options options;
  private final Rooms rooms;
  private final List<AutoCloseable> doors = new ArrayList<>();

  Boot(ActorSystem<?> system, Options options, Rooms rooms) {
    this.system = system;
    this.options = options;
    this.rooms = rooms;
  }

  /** Returns the line that says the agent is ready. */
  String run() {
    try {
      LOG.info("{}", rooms.ports().runtimeReason());
      var recovered = recover();
      note(new HostEvent.AgentStarted(Release.VERSION, bootId(), Instant.now()));
      Predefined.ensure(rooms.networks(), options.bridge());
      rooms.networks().repair();
      rooms.ports().host().firewall().watch();
      restore();
      sweep();
      rooms.containers().tell(new ContainersActor.Resume());
      new CommitPauses(rooms.ports().directories()).end(rooms.localContainers());
      rooms.builds().recover(rooms.unfinishedBuilds());
      open();
      return "gantryd %s is ready: %d containers, %s"
          .formatted(Release.VERSION, recovered, String.join(", ", options.dockerAddresses()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    } catch (ExecutionException e) {
      var cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IllegalStateException(String.valueOf(cause.getMessage()), e);
    }
  }

  private static String bootId() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }

  private void note(HostEvent event) throws InterruptedException, ExecutionException {
    var noted =
        AskPattern.<HostActor.Command, Outcome<Done>>ask(
                rooms.host(),
                replyTo -> new HostActor.Note(event, Provenance.ENGINE, replyTo),
                Duration.ofSeconds(30),
                system.scheduler())
            .toCompletableFuture()
            .get();
    if (noted instanceof Outcome.Refused<Done>(_, var message)) {
      LOG.warn("{} goes unrecorded: {}", event.getClass().getSimpleName(), message);
    }
  }

  private int recover() throws InterruptedException, ExecutionException {
    var recovered =
        AskPattern.<ContainersActor.Command, ContainersActor.Recovered>ask(
                rooms.containers(),
                ContainersActor.AwaitRecovery::new,
                RECOVERY,
                system.scheduler())
            .toCompletableFuture()
            .get()
            .containers();
    rooms.images().ready().toCompletableFuture().get();
    rooms.registries().ready().toCompletableFuture().get();
    rooms.volumes().ready().toCompletableFuture().get();
    rooms.networks().ready().toCompletableFuture().get();
    var known = rooms.board().list().stream().map(one -> new ContainerId(one.getId())).toList();
    rooms.volumes().reconcile(known).toCompletableFuture().get();
    return recovered;
  }

  /** What running containers hold is taken up again before anyone may ask for something new. */
  private void restore() {
    var running =
        rooms.board().list().stream().filter(one -> one.getStatus().getPid() != 0).toList();
    // Questions for names have waited, and may be for any of them.
    running.forEach(container -> takeUp(container, rooms.connector()::name));
    running.forEach(container -> takeUp(container, rooms.connector()::restore));
  }

  private interface Step {
    void take(Container container) throws IOException;
  }

  private static void takeUp(Container container, Step step) {
    try {
      step.take(container);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "container {} may not hold all it held before: {}", container.getName(), e.getMessage());
    }
  }

  /** What a dead agent left of containers that are not known any more. */
  private void sweep() {
    var living = rooms.board().list().stream().map(Container::getId).collect(Collectors.toSet());
    new Sweep(rooms.ports().host(), rooms.ports().directories())
        .leftovers(id -> !living.contains(id.value()))
        .forEach(this::clear);
    sweepImages();
  }

  /** Layers whose image and containers went while no agent could delete them. */
  private void sweepImages() {
    try {
      rooms.images().sweep();
    } catch (IOException e) {
      LOG.warn("unused layers stay for the next sweep: {}", e.getMessage());
    }
    rooms.images().sweepEvery(LAYER_SWEEP);
  }

  private void clear(ContainerId id) {
    LOG.info("removing what is left of unknown container {}", id.abbreviated());
    new Sweep(rooms.ports().host(), rooms.ports().directories()).clear(id);
  }

  private void open() throws IOException, InterruptedException, ExecutionException {
    var hosts = new AllHosts(system, rooms.engine(), rooms.membership());
    rooms.membership().start(rooms.engine());
    rooms.services().start(rooms.engine(), hosts);
    var group = Optional.ofNullable(options.group).or(Boot::dockerGroup);
    for (var text : options.dockerAddresses()) {
      var settings = new DockerApi.Settings(ListenAddress.parse(text), group, tls());
      doors.add(DockerApi.bind(system, rooms.engine(), settings).toCompletableFuture().get());
    }
    OtherHosts.tell(system, rooms.record(), rooms.membership());
    var cluster = new ClusterEngine(hosts, Scope.ALL);
    for (var text : options.dockerCluster) {
      var settings = new DockerApi.Settings(ListenAddress.parse(text), group, tls());
      doors.add(DockerApi.bind(system, cluster, settings).toCompletableFuture().get());
    }
    var grpc = options.grpcAddresses().stream().map(ListenAddress::parse).toList();
    doors.add(
        GrpcApi.bind(
            system,
            new ClusterEngine(hosts, Scope.OWN),
            new GrpcApi.Settings(grpc, group, tls()),
            new HostChoice(system, hosts, cluster)));
  }

  private Optional<TlsSettings> tls() {
    return Optional.ofNullable(options.tls).map(Options.Tls::settings);
  }

  private static Optional<String> dockerGroup() {
    try (var lines = Files.lines(Path.of("/etc/group"))) {
      return lines.anyMatch(line -> line.startsWith("docker:"))
          ? Optional.of("docker")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Says so in the record; ends the containers too where the options ask for it. */
  void stop() {
    try {
      note(new HostEvent.AgentStopping(options.stopContainers, Instant.now()));
      if (options.stopContainers) {
        rooms.localContainers().shutDown().toCompletableFuture().get();
      }
    } catch (ExecutionException e) {
      LOG.warn("the end of the agent was not recorded", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    for (var door : doors) {
      try {
        door.close();
      } catch (Exception e) {
        LOG.warn("cannot close {}", door, e);
      }
    }
    rooms.services().close();
    rooms.membership().close();
    rooms.hostPorts().close();
    rooms.ports().close();
  }
}
