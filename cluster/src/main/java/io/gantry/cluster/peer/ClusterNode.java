package io.gantry.cluster.peer;

import akka.actor.Address;
import akka.actor.BootstrapSetup;
import akka.actor.PoisonPill;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.remote.artery.tcp.SSLEngineProviderSetup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.gantry.cluster.authority.PeerTls;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.HostSummary;
import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * This host as a node of Akka's cluster, in an actor system of its own: a host that belongs to no
 * cluster has none, and one that was parted from its cluster ends it and starts another. Forms or
 * joins when told, once.
 */
public final class ClusterNode {
  private static final Duration LONGEST_END = Duration.ofSeconds(15);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
  private static final String SYSTEM = "gantry-cluster";

  private static final AtomicLong STARTED = new AtomicLong();

  /** For an end that needs no help. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final long number = STARTED.incrementAndGet();
  private final ActorSystem<NodeActor.Command> system;
  private final AtomicReference<NodeView> view;
  private final ActorRef<IntentsActor.Command> services;
  private final ActorRef<StatusesActor.Command> replicas;
  private final AtomicReference<IntentsView> intents;

  private ClusterNode(
      ActorSystem<NodeActor.Command> system,
      AtomicReference<NodeView> view,
      ActorRef<IntentsActor.Command> services,
      ActorRef<StatusesActor.Command> replicas,
      AtomicReference<IntentsView> intents) {
    this.system = system;
    this.view = view;
    this.services = services;
    this.replicas = replicas;
    this.intents = intents;
  }

  /**
   * Throws, with nothing left behind, when it cannot begin: its port is taken, or this host has not
   * its address.
   *
   * @param directory where the intents of services are kept
   * @param changed called with each new view, by an actor: it must not block
   * @param heard as {@code changed}, of services
   */
  public static ClusterNode start(
      String hostId,
      PeerAddress address,
      PeerTls tls,
      Path directory,
      Duration majority,
      Runnable changed,
      Runnable heard) {
    var view = new AtomicReference<>(NodeView.NONE);
    var intents = new AtomicReference<>(IntentsView.NONE);
    var root =
        NodeActor.create(
            hostId,
            majority,
            now -> {
              view.set(now);
              changed.run();
            });
    var setup =
        ActorSystemSetup.create(
            BootstrapSetup.create(config(hostId, address, directory)),
            SSLEngineProviderSetup.create(_ -> new ArteryTls(tls)));
    var system = ActorSystem.create(root, SYSTEM, setup);
    var services =
        system.systemActorOf(
            IntentsActor.create(
                majority,
                now -> {
                  intents.updateAndGet(known -> new IntentsView(now, known.statuses()));
                  heard.run();
                }),
            "intents",
            Props.empty());
    var replicas =
        system.systemActorOf(
            StatusesActor.create(
                hostId,
                now -> {
                  intents.updateAndGet(known -> new IntentsView(known.intents(), now));
                  heard.run();
                }),
            "replicas",
            Props.empty());
    return new ClusterNode(system, view, services, replicas, intents);
  }

  private static Config config(String hostId, PeerAddress address, Path directory) {
    // What the start of the JVM says (-Dakka…) wins, as it does for the agent's own system.
    return ConfigFactory.defaultOverrides()
        .withFallback(
            ConfigFactory.parseMap(
                Map.of(
                    "akka.remote.artery.canonical.hostname",
                    address.host(),
                    "akka.remote.artery.canonical.port",
                    address.arteryPort(),
                    "akka.cluster.distributed-data.durable.gantry-directory",
                    directory.toString(),
                    "akka.cluster.roles",
                    List.of(NodeActor.ROLE + hostId))))
        .withFallback(
            ConfigFactory.parseResources(ClusterNode.class.getClassLoader(), "cluster-node.conf"))
        .withFallback(ConfigFactory.load());
  }

  public void form(Map<String, ClusterFact> facts) {
    system.tell(new NodeActor.Form(facts));
  }

  public void join(List<PeerAddress> nodes) {
    system.tell(
        new NodeActor.JoinAt(
            nodes.stream()
                .map(node -> new Address("akka", SYSTEM, node.host(), node.arteryPort()))
                .toList()));
  }

  /** False: a majority of the hosts did not answer in time; it may reach them yet. */
  public CompletionStage<Boolean> put(String key, Optional<ClusterFact> fact) {
    var written = new CompletableFuture<Boolean>();
    system.tell(new NodeActor.Put(key, fact, written));
    return answered(written);
  }

  /** A node that ends meanwhile answers nothing. */
  private static CompletableFuture<Boolean> answered(CompletableFuture<Boolean> answer) {
    return answer.completeOnTimeout(false, LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS);
  }

  /** Reaches the others within about a second. */
  public void publish(HostSummary summary) {
    system.tell(new NodeActor.Publish(summary));
  }

  /**
   * All containers of this host: names by ids. What changed reaches the others in about a second.
   */
  public void has(Map<String, String> containers) {
    system.tell(new NodeActor.Has(containers));
  }

  /** Of this node among all that this agent has started, from 1. */
  public long number() {
    return number;
  }

  public NodeView view() {
    return Objects.requireNonNull(view.get());
  }

  /**
   * The view has these at once. False: fewer than {@code hosts} hosts, or no majority of those that
   * take part, have said in time that they have them; they may have them yet.
   */
  public CompletionStage<Boolean> intend(Map<String, Intent> some, int hosts) {
    var written = new CompletableFuture<Boolean>();
    services.tell(new IntentsActor.Intend(some, hosts, written));
    return answered(written);
  }

  /** Takes into the view what so many hosts have, this one included. False: fewer have answered. */
  public CompletionStage<Boolean> recall(int hosts) {
    var read = new CompletableFuture<Boolean>();
    services.tell(new IntentsActor.Recall(hosts, read));
    return answered(read);
  }

  /** All that this host says of its replicas. Reaches the others within about a second. */
  public void report(Map<String, TaskStatus> statuses) {
    replicas.tell(new StatusesActor.Report(statuses));
  }

  public IntentsView intents() {
    return Objects.requireNonNull(intents.get());
  }

  /**
   * The others hear of it, as far as they hear anything. Completes when the ports are closed; fails
   * with a {@link java.util.concurrent.TimeoutException} when some part of it does not end.
   */
  public CompletionStage<akka.Done> end() {
    system.terminate();
    var ended = system.getWhenTerminated().toCompletableFuture().copy();
    CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .execute(
            () -> {
              if (!ended.isDone()) {
                closeSockets();
              }
            });
    return ended.orTimeout(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Now and then a stream of Artery's waits for an end of TLS that does not come, and keeps the
   * port with it. It ends with its sockets, which belong to these actors.
   */
  private void closeSockets() {
    Adapter.toClassic(system)
        .actorSelection("/system/IO-TCP/selectors/*/*")
        .tell(PoisonPill.getInstance(), akka.actor.ActorRef.noSender());
  }

  /** It ended by itself: the split-brain resolver's doing, or it found nobody to join. */
  public boolean ended() {
    return system.getWhenTerminated().toCompletableFuture().isDone();
  }
}
