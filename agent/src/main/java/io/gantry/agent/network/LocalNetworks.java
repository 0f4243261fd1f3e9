package io.gantry.agent.network;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import io.gantry.agent.Caller;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.Firewall;
import io.gantry.agent.host.Links;
import io.gantry.agent.host.Links.Bridge;
import io.gantry.agent.host.Links.Outlet;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The networks of this host: recorded by their actors, then made true by bridges and firewall
 * rules.
 */
public final class LocalNetworks implements Networks {
  private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none");
  private static final Duration RECORD_TIMEOUT = Duration.ofSeconds(30);

  private final NetworkTable table;
  private final ActorRef<NetworksActor.Command> actors;
  private final Scheduler scheduler;
  private final Links links;
  private final Firewall firewall;
  private final InstantSource clock;
  private final Executor blocking;
  private final Supplier<Collection<Container>> containers;

  /** Planned and not in the table yet, by name: another network may have nothing of them. */
  private final Map<String, Network> inMaking = new HashMap<>();

  public LocalNetworks(
      NetworkTable table,
      ActorRef<NetworksActor.Command> actors,
      Scheduler scheduler,
      Links links,
      Firewall firewall,
      InstantSource clock,
      Executor blocking,
      Supplier<Collection<Container>> containers) {
    this.table = table;
    this.actors = actors;
    this.scheduler = scheduler;
    this.links = links;
    this.firewall = firewall;
    this.clock = clock;
    this.blocking = blocking;
    this.containers = containers;
  }

  @Override
  public Outcome<Network> inspect(String reference) {
    return table
        .find(reference)
        .map(Outcome::done)
        .orElseGet(
            () ->
                Outcome.refused(ErrorKind.NOT_FOUND, "network %s not found".formatted(reference)));
  }

  @Override
  public Collection<Network> list() {
    return table.list();
  }

  /** Completes when every network of the record is known again. */
  public CompletionStage<Void> ready() {
    return table.ready();
  }

  /**
   * Makes the host what the record says: after the agent's start, before anything uses networks.
   * The end of an agent may have come between the record of a removal and what followed from it.
   */
  public void repair() throws IOException {
    var forsaken = new HashSet<>(firewall.networks());
    links.bridges().stream().filter(table::isOurs).forEach(forsaken::add);
    table.list().forEach(network -> forsaken.remove(network.getBridge()));
    for (var bridge : forsaken) {
      dismantle(bridge);
    }
    for (var network : table.list()) {
      realise(network);
    }
  }

  @Override
  public CompletionStage<Outcome<Network>> create(Caller caller, NetworkSpec spec) {
    var name = spec.getName();
    if (name.isBlank()) {
      return refused(ErrorKind.INVALID, "network name cannot be empty");
    }
    return plan(spec).then(whole -> record(caller, whole).whenComplete((_, _) -> made(name)));
  }

  /** One at a time: two that are made at once must not get the same subnet. */
  private Outcome<NetworkSpec> plan(NetworkSpec spec) {
    synchronized (inMaking) {
      var others = new ArrayList<>(table.list());
      others.addAll(inMaking.values());
      return NetworkPlan.of(spec, others)
          .map(
              whole -> {
                var bridge = new NetworkOptions(whole).bridgeName().orElse("");
                inMaking.put(
                    whole.getName(), Network.newBuilder().setSpec(whole).setBridge(bridge).build());
                return whole;
              });
    }
  }

  private void made(String name) {
    synchronized (inMaking) {
      inMaking.remove(name);
    }
  }

  private CompletionStage<Outcome<Network>> record(Caller caller, NetworkSpec spec) {
    var id = NetworkTable.randomId();
    return ask(
            id,
            replyTo ->
                new NetworkActor.Create(
                    spec, table.deviceName(id, spec), caller, clock.instant(), replyTo))
        .thenApplyAsync(this::realised, blocking);
  }

  private Outcome<Network> realised(Outcome<Network> recorded) {
    if (recorded instanceof Outcome.Done<Network>(var network)) {
      try {
        realise(network);
      } catch (IOException e) {
        ask(
            network.getId(),
            replyTo -> new NetworkActor.Remove(Caller.ENGINE, clock.instant(), replyTo));
        return Outcome.refused(ErrorKind.INTERNAL, e);
      }
    }
    return recorded;
  }

  private void realise(Network network) throws IOException {
    var spec = network.getSpec();
    var options = new NetworkOptions(spec);
    switch (spec.getDriver()) {
      case "macvlan", "ipvlan" ->
          links.probe(new Outlet.Child(spec.getDriver(), options.parent(), options.mode()));
      case "bridge" -> {
        var gateways = NetworkTable.gateways(network);
        links.ensureBridge(new Bridge(network.getBridge(), gateways, options.mtu()));
        firewall.ensureNetwork(
            network.getBridge(),
            new Firewall.Rules(
                gateways, spec.getInternal(), options.masquerade(), options.neighbours()));
      }
      default -> {} // "host" and "null" have nothing of their own
    }
  }

  @Override
  public CompletionStage<Outcome<Network>> remove(Caller caller, String reference) {
    return switch (inspect(reference)) {
      case Outcome.Done<Network>(var network) -> remove(caller, network);
      case Outcome.Unchanged<Network>(var network) -> remove(caller, network);
      case Outcome.Refused<Network> refused -> CompletableFuture.completedFuture(refused);
    };
  }

  private CompletionStage<Outcome<Network>> remove(Caller caller, Network network) {
    var name = network.getSpec().getName();
    if (PREDEFINED.contains(name)) {
      return refused(
          ErrorKind.FORBIDDEN, "%s is a pre-defined network and cannot be removed".formatted(name));
    }
    var users = users(network);
    if (!users.isEmpty()) {
      return refused(
          ErrorKind.FORBIDDEN,
          "error while removing network: network %s has active endpoints (%s)"
              .formatted(name, String.join(", ", users)));
    }
    return ask(
            network.getId(), replyTo -> new NetworkActor.Remove(caller, clock.instant(), replyTo))
        .thenApplyAsync(outcome -> dismantled(network, outcome), blocking);
  }

  private Outcome<Network> dismantled(Network network, Outcome<Network> outcome) {
    if (outcome instanceof Outcome.Done<Network> && !network.getBridge().isEmpty()) {
      try {
        dismantle(network.getBridge());
      } catch (IOException e) {
        throw new CompletionException(e);
      }
    }
    return outcome;
  }

  /**
   * The bridge first: rules of the agent's own table tell the next agent of a bridge that is still
   * there under a name that a user gave it.
   */
  private void dismantle(String bridge) throws IOException {
    links.removeBridge(bridge);
    firewall.removeNetwork(bridge);
  }

  private List<String> users(Network network) {
    return containers.get().stream()
        .filter(container -> container.getStatus().getPid() != 0)
        .filter(
            container ->
                container.getStatus().getEndpointsMap().values().stream()
                    .anyMatch(endpoint -> endpoint.getNetworkId().equals(network.getId())))
        .map(
            container ->
                "name:\"%s\" id:\"%s\""
                    .formatted(container.getName(), container.getId().substring(0, 12)))
        .toList();
  }

  private CompletionStage<Outcome<Network>> ask(
      String id, Function<ActorRef<Outcome<Network>>, NetworkActor.Command> command) {
    return AskPattern.ask(
        actors,
        replyTo -> new NetworksActor.Tell(id, command.apply(replyTo)),
        RECORD_TIMEOUT,
        scheduler);
  }

  private static CompletionStage<Outcome<Network>> refused(ErrorKind kind, String message) {
    return CompletableFuture.completedFuture(Outcome.refused(kind, message));
  }
}
