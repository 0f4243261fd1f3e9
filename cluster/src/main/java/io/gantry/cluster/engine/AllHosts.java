package io.gantry.cluster.engine;

import akka.actor.typed.ActorSystem;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.grpc.RecordWatch;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.cluster.remote.RemoteEngine;
import io.gantry.cluster.remote.RemoteFailure;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.HostPresence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hosts of the cluster with what each does: this one directly, the others over their doors. */
public final class AllHosts {
  private static final Logger LOG = LoggerFactory.getLogger(AllHosts.class);

  private final ActorSystem<?> system;
  private final Engine own;
  private final Hosts hosts;

  public AllHosts(ActorSystem<?> system, Engine own, Hosts hosts) {
    this.system = system;
    this.own = own;
    this.hosts = hosts;
  }

  Engine own() {
    return own;
  }

  ActorSystem<?> system() {
    return system;
  }

  Map<String, Map<String, String>> places() {
    return hosts.places();
  }

  /** All of them, whether they take part or not; this one first. */
  public List<Host> all() {
    var all = new ArrayList<Host>();
    var others = new ArrayList<Host>();
    for (var known : hosts.view().getHostsList()) {
      (known.getSelf() ? all : others).add(known.getSelf() ? self(known) : other(known));
    }
    if (all.isEmpty()) {
      var facts = own.host();
      all.add(
          self(
              ClusterHost.newBuilder()
                  .setId(facts.id())
                  .setName(facts.name())
                  .setSelf(true)
                  .build()));
    }
    all.addAll(others);
    return all;
  }

  /** Whether there are hosts to ask besides this one. */
  boolean hasOthers() {
    return hosts.view().getHostsCount() > 1;
  }

  /** Those that can be asked. */
  public List<Host> up() {
    return all().stream().filter(Host::isUp).toList();
  }

  public Host self() {
    return all().getFirst();
  }

  /** By name or id. */
  public Optional<Host> find(String reference) {
    return all().stream()
        .filter(host -> host.name().equals(reference) || host.id().equals(reference))
        .findFirst();
  }

  /** By name, id or a prefix of ids; more than one: it is not clear who is meant. */
  List<Host> named(String reference) {
    var exact = find(reference);
    return exact.isPresent()
        ? List.of(exact.get())
        : all().stream().filter(host -> host.id().startsWith(reference)).toList();
  }

  PeerChannel channel(Host host) {
    return hosts.channel(host.id());
  }

  /** To itself it is up, also when it hears nobody. */
  private Host self(ClusterHost known) {
    return new Host(
        known.toBuilder().setPresence(HostPresence.HOST_PRESENCE_UP).build(),
        own.containers(),
        own.files(),
        own.images(),
        own.registries(),
        own.volumes(),
        own.networks(),
        own.events(),
        (_, request) -> RecordWatch.of(system, own.events(), request),
        spec -> CompletableFuture.completedStage(Outcome.done(Offer.of(own, spec))));
  }

  private Host other(ClusterHost known) {
    var remote =
        RemoteEngine.of(
            new RemoteHost(
                system, known.getName(), own.host().name(), () -> hosts.channel(known.getId())));
    return new Host(
        known,
        remote.containers(),
        remote.files(),
        remote.images(),
        remote.registries(),
        remote.volumes(),
        remote.networks(),
        remote.record(),
        remote.record()::watch,
        remote::offer);
  }

  /** Asks all that are up at the same time; those that fail are left out, and the log says so. */
  <T> Map<Host, T> ask(Function<Host, T> question) {
    var up = up();
    var asked = new LinkedHashMap<Host, CompletableFuture<T>>();
    for (var host : up) {
      asked.put(
          host, CompletableFuture.supplyAsync(() -> question.apply(host), RemoteHost.WAITING));
    }
    var answers = new LinkedHashMap<Host, T>();
    asked.forEach(
        (host, answer) -> {
          try {
            answers.put(host, answer.join());
          } catch (java.util.concurrent.CompletionException failed) {
            if (!(failed.getCause() instanceof RemoteFailure)) {
              throw failed;
            }
            LOG.warn("an answer for all hosts lacks {}: {}", host.name(), failed.getMessage());
          }
        });
    return answers;
  }
}
