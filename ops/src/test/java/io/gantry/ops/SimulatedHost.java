package io.gantry.ops;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Caller;
import io.gantry.agent.Engine;
import io.gantry.agent.Membership;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.Directories;
import io.gantry.agent.container.Host;
import io.gantry.agent.host.Cgroups;
import io.gantry.agent.host.bundle.BundleWriter;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.fake.InMemoryCgroups;
import io.gantry.agent.host.fake.InMemoryFirewall;
import io.gantry.agent.host.fake.InMemoryLinks;
import io.gantry.agent.host.fake.InMemoryRuns;
import io.gantry.agent.host.fake.InMemorySnapshotter;
import io.gantry.agent.host.fake.Program;
import io.gantry.agent.tar.TarWriter;
import io.gantry.cluster.engine.AllHosts;
import io.gantry.cluster.engine.ClusterEngine;
import io.gantry.cluster.engine.Hosts;
import io.gantry.cluster.engine.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An agent with all its rooms and doors, wired and booted as gantryd does it, on a host in memory:
 * processes, root file systems, devices, firewall and control groups are fakes. Its record, images
 * and bundles are on the disk.
 */
public final class SimulatedHost implements AutoCloseable {
  public static final String IMAGE = "simulated:1";

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final String SETTINGS =
      """
      gantry.record { reserve = 1 MiB, write-buffer = 1 MiB, cache = 1 MiB }
      akka.actor {
        default-dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
        internal-dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
      }
      """;

  private final String name;
  private final String address;
  private final ActorSystem<Void> system;
  private final Rooms rooms;
  private final Boot boot;
  private final Engine cluster;

  private SimulatedHost(
      String name, String address, ActorSystem<Void> system, Rooms rooms, Options options) {
    this.name = name;
    this.address = address;
    this.system = system;
    this.rooms = rooms;
    this.boot = new Boot(system, options, rooms);
    var hosts = new AllHosts(system, rooms.engine(), rooms.membership());
    this.cluster = new ClusterEngine(hosts, Scope.ALL);
  }

  /**
   * Waits until it serves.
   *
   * @param address HOST:PORT where the others are to call it; the port behind that one is needed,
   *     too
   */
  public static SimulatedHost start(Path directory, String name, String address)
      throws IOException {
    var options = new Options();
    options.stateDir = Files.createDirectories(directory.resolve("s")).toRealPath();
    options.runDir = Files.createDirectories(directory.resolve("r")).toRealPath();
    options.name = name;
    options.bridgeAddress = "10.133.0.1/16";
    var ports = ports(options.stateDir, options.runDir);
    var spawned = new CompletableFuture<Rooms>();
    var system =
        ActorSystem.<Void>create(
            Behaviors.setup(
                context -> {
                  spawned.complete(
                      Rooms.spawn(
                          context, options, ports, Executors.newVirtualThreadPerTaskExecutor()));
                  return Behaviors.empty();
                }),
            "gantry",
            ConfigFactory.parseMap(
                    Map.of(
                        "gantry.record.directory", options.stateDir.resolve("record").toString()))
                .withFallback(ConfigFactory.parseString(SETTINGS))
                .withFallback(ConfigFactory.load()));
    system.getWhenTerminated().thenRun(() -> spawned.completeExceptionally(new IOException(name)));
    var host = new SimulatedHost(name, address, system, spawned.join(), options);
    host.boot.run();
    host.addImage();
    return host;
  }

  private static Ports ports(Path state, Path run) {
    var runs = new InMemoryRuns(_ -> Program.exits(0), new Program.Sleeps());
    var host =
        new Host(
            runs,
            Map.of("memory", runs.runtime()),
            "memory",
            new InMemorySnapshotter(state.resolve("containers")),
            new InMemoryLinks(),
            new InMemoryFirewall(),
            new InMemoryCgroups());
    var abilities =
        new HostAbilities(
            Set.of(),
            Map.of(),
            0,
            false,
            Optional.empty(),
            Cgroups.Mode.V2,
            "amd64",
            Optional.empty());
    return new Ports(
        host,
        new BundleWriter(abilities),
        new Directories(state, run),
        AgentName.of(state),
        DEADLINE,
        Optional.empty(),
        Path.of("/bin/true"),
        abilities,
        Optional.empty(),
        List.of(),
        "there is no runtime: this host is in memory");
  }

  private void addImage() throws IOException {
    var tar = new ByteArrayOutputStream();
    var writer = new TarWriter(tar);
    writer.file("hello", new byte[] {'\n'});
    writer.finish();
    done(
        rooms
            .images()
            .importRoot(
                Caller.ENGINE,
                new ByteArrayInputStream(tar.toByteArray()),
                Optional.of(IMAGE),
                "",
                List.of(),
                "")
            .toCompletableFuture()
            .join());
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) ->
          throw new IllegalStateException(kind + ": " + message);
    };
  }

  public String name() {
    return name;
  }

  public String address() {
    return address;
  }

  /** This host alone. */
  public Engine engine() {
    return rooms.engine();
  }

  /** All hosts of its cluster, as its cluster socket serves them. */
  public Engine cluster() {
    return cluster;
  }

  public Membership membership() {
    return rooms.membership();
  }

  /** What it knows of the others. */
  public Hosts known() {
    return rooms.membership();
  }

  @Override
  public void close() {
    boot.close();
    system.terminate();
    system
        .getWhenTerminated()
        .toCompletableFuture()
        .completeOnTimeout(akka.Done.getInstance(), DEADLINE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }
}
