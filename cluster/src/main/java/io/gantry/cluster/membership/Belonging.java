package io.gantry.cluster.membership;

import akka.actor.typed.ActorSystem;
import com.google.protobuf.ByteString;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.grpc.GrpcApi;
import io.gantry.cluster.authority.Authority;
import io.gantry.cluster.authority.JoinToken;
import io.gantry.cluster.authority.PeerTls;
import io.gantry.cluster.membership.lifecycle.Assembly;
import io.gantry.cluster.membership.lifecycle.Presences;
import io.gantry.cluster.membership.lifecycle.RefusalLimit;
import io.gantry.cluster.membership.lifecycle.Roster;
import io.gantry.cluster.peer.ClusterNode;
import io.gantry.cluster.peer.IntentsView;
import io.gantry.cluster.peer.NodeView;
import io.gantry.cluster.peer.PeerAddress;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.cluster.peer.Protocol;
import io.gantry.cluster.services.Governor;
import io.gantry.persistence.event.HostEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.ClusterFacts;
import io.gantry.protocol.v1.EnterRequest;
import io.gantry.protocol.v1.EnterResponse;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.HostSummary;
import io.gantry.protocol.v1.RosterEntry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This host in its cluster: from {@link #open} until {@link #close} its door for peers is open, and
 * {@link #tick}, which one thread calls again and again, keeps it together with the others.
 */
final class Belonging implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Belonging.class);

  private final Surroundings at;
  private final MemoryFile file;
  private final PeerTls tls;
  private final Neighbours neighbours;
  private final Runnable wake;
  private final Runnable heard;
  private volatile IntentsView intents = IntentsView.NONE;
  private final RefusalLimit refusals = new RefusalLimit();
  private volatile Memory memory;
  private volatile @Nullable ClusterNode node;
  private @Nullable GrpcApi door;
  private Map<String, HostPresence> presences = Map.of();
  private HostSummary published = HostSummary.getDefaultInstance();
  private boolean entering;

  private Belonging(Surroundings at, MemoryFile file, Memory memory, Runnable wake, Runnable heard)
      throws GeneralSecurityException {
    this.at = at;
    this.file = file;
    this.memory = memory;
    this.wake = wake;
    this.heard = heard;
    this.tls = new PeerTls(memory.credentials(), this::refused);
    this.neighbours = new Neighbours(at.system(), tls.context(), at.settings().peerTimeout());
  }

  /**
   * @param wake called when a tick has something to do; does not block
   * @param heard called when something of services was heard; does not block
   */
  static Belonging open(
      Surroundings at, Engine engine, MemoryFile file, Memory memory, Runnable wake, Runnable heard)
      throws IOException, GeneralSecurityException {
    var belonging = new Belonging(at, file, memory, wake, heard);
    belonging.door = PeerDoor.open(at, engine, belonging, belonging.tls);
    return belonging;
  }

  /** Who decides about services at this host. */
  Governor governor() {
    return at.governor().get();
  }

  ActorSystem<?> system() {
    return at.system();
  }

  Memory memory() {
    return memory;
  }

  String selfId() {
    return memory.self().getId();
  }

  /** Of the node that takes part, or nothing. */
  NodeView view() {
    var known = node;
    return known == null || known.ended() ? NodeView.NONE : known.view();
  }

  Map<String, HostPresence> presences() {
    var view = view();
    return Presences.of(memory.roster().hosts().keySet(), view.members(), view.unreachable());
  }

  // -- what a tick does

  void tick() throws IOException, GeneralSecurityException {
    renew();
    if (node != null && node.ended()) {
      LOG.info("this host has fallen out of its cluster's formation");
      node = null;
      entering = false;
      published = HostSummary.getDefaultInstance();
    }
    learn();
    noteChanges();
    assemble();
    publish();
  }

  private void renew() throws IOException, GeneralSecurityException {
    var now = at.clock().instant();
    var lifetime = at.settings().certificateLifetime();
    if (!tls.credentials().renewalDue(now, lifetime)) {
      return;
    }
    var keys = Authority.newKeys();
    var next = memory.authority().certify(selfId(), keys.getPublic(), now, lifetime, at.random());
    remember(memory.with(next, keys.getPrivate()));
    at.note().accept(new HostEvent.CertificateRenewed(next.getNotAfter().toInstant(), now));
  }

  private void remember(Memory next) throws IOException, GeneralSecurityException {
    file.write(next.kept());
    memory = next;
    tls.use(next.credentials());
  }

  /** What the cluster has agreed on meanwhile. A view that lacks this host is not complete yet. */
  private void learn() throws IOException, GeneralSecurityException {
    var facts = view().facts();
    if (facts.equals(memory.facts())
        || !facts.containsKey(Roster.hostKey(selfId()))
        || !facts.containsKey(Roster.TOKEN)) {
      return;
    }
    var before = memory.roster();
    remember(memory.with(facts));
    var now = memory.roster();
    for (var change : RosterChanges.between(before, now, at.clock().instant())) {
      at.note().accept(change);
    }
  }

  private void noteChanges() {
    var now = presences();
    var roster = memory.roster().hosts();
    presences.forEach(
        (id, before) -> {
          var host = roster.get(id);
          if (host != null
              && before != HostPresence.HOST_PRESENCE_AWAY
              && now.get(id) == HostPresence.HOST_PRESENCE_AWAY) {
            neighbours.giveUp(Memory.addressOf(host));
          }
        });
    Presences.changes(presences, now)
        .forEach(
            (id, change) ->
                at.note()
                    .accept(
                        new HostEvent.HostChanged(
                            id, nameOf(roster.get(id)), change, at.clock().instant())));
    presences = now;
  }

  private static String nameOf(@Nullable RosterEntry host) {
    return host == null ? "" : host.getName();
  }

  private void assemble() throws GeneralSecurityException {
    var formation = view().members();
    if (!formation.isEmpty()) {
      entering = false;
    }
    if (entering) {
      return;
    }
    var roster = memory.roster().hosts();
    var absent = new ArrayList<RosterEntry>();
    for (var host : roster.values()) {
      if (!host.getId().equals(selfId()) && !formation.contains(host.getId())) {
        absent.add(host);
      }
    }
    if (!formation.isEmpty() && absent.isEmpty()) {
      return;
    }
    var heard = neighbours.presences(selfId(), absent);
    switch (Assembly.decide(selfId(), roster.keySet(), formation, heard)) {
      case Assembly.Decision.Wait() -> {}
      case Assembly.Decision.Form() -> {
        var first = started();
        LOG.info("beginning a formation of {} hosts", roster.size());
        first.form(memory.facts());
      }
      case Assembly.Decision.Join(var hosts) -> started().join(addresses(hosts));
      case Assembly.Decision.GiveWay(var hosts) -> {
        LOG.info("leaving a formation of {} hosts for one of {}", formation.size(), hosts.size());
        endNode();
        started().join(addresses(hosts));
      }
    }
  }

  /** Throws when its port is taken: the next tick tries again. */
  private ClusterNode started() {
    endNode();
    published = HostSummary.getDefaultInstance();
    var next =
        ClusterNode.start(
            selfId(),
            memory.address(),
            tls,
            file.intents(),
            at.settings().peerTimeout(),
            wake,
            heard);
    node = next;
    entering = true;
    return next;
  }

  private List<PeerAddress> addresses(Set<String> hosts) {
    var roster = memory.roster().hosts();
    return hosts.stream().map(roster::get).filter(Objects::nonNull).map(Memory::addressOf).toList();
  }

  private void publish() {
    var known = node;
    var summary = at.summary().get();
    if (known != null && !view().members().isEmpty() && !summary.equals(published)) {
      published = summary;
      known.publish(summary);
    }
    tellContainers();
  }

  /** From any thread. */
  void tellContainers() {
    var known = node;
    if (known != null && !known.ended()) {
      known.has(at.containers().get());
    }
  }

  /** The node that takes part; empty: this host takes no part. */
  Optional<ClusterNode> node() {
    return Optional.ofNullable(node)
        .filter(known -> !known.ended() && !known.view().members().isEmpty());
  }

  /** What was heard of services, in this formation or before. */
  IntentsView intents() {
    var known = node;
    if (known == null) {
      return intents;
    }
    var now = known.intents();
    synchronized (this) {
      // A node that has just begun has not read yet what is on the disk.
      intents = now.over(intents);
      return intents;
    }
  }

  PeerChannel channel(String hostId) {
    var host = memory.roster().hosts().get(hostId);
    if (host == null) {
      throw new IllegalStateException("no host %s in the cluster".formatted(hostId));
    }
    return neighbours.channel(Memory.addressOf(host));
  }

  // -- what others ask

  /** Lets a host in that shows the token, or says why not. */
  CompletionStage<Outcome<EnterResponse>> admit(EnterRequest request, String from) {
    var roster = memory.roster();
    var host = request.getHost();
    if (!JoinToken.same(roster.secret(), request.getSecret())) {
      refused(from, "it showed a wrong token");
      return done(Outcome.refused(ErrorKind.UNAUTHENTICATED, "the token is not the cluster's"));
    }
    if (!Protocol.understands(request.getProtocol())) {
      return done(
          Outcome.refused(
              ErrorKind.CONFLICT,
              "host %s speaks protocol %d, and the oldest understood here is %d"
                  .formatted(host.getName(), request.getProtocol(), Protocol.OLDEST)));
    }
    var known =
        roster.hosts().values().stream()
            .filter(other -> other.getName().equals(host.getName()))
            .filter(other -> !other.getId().equals(host.getId()))
            .findAny();
    if (known.isPresent()) {
      return done(
          Outcome.refused(
              ErrorKind.CONFLICT,
              "a host called %s belongs to the cluster already: %s"
                  .formatted(host.getName(), known.get().getId())));
    }
    try {
      var key = Authority.readPublicKey(request.getPublicKey().toByteArray());
      var authority = memory.authority();
      var certificate =
          authority.certify(
              host.getId(),
              key,
              at.clock().instant(),
              at.settings().certificateLifetime(),
              at.random());
      var response =
          EnterResponse.newBuilder()
              .setProtocol(Protocol.CURRENT)
              .setClusterId(authority.clusterId())
              .setAuthorityCertificate(ByteString.copyFrom(authority.certificate().getEncoded()))
              .setAuthorityKey(ByteString.copyFrom(authority.key().getEncoded()))
              .setCertificate(ByteString.copyFrom(certificate.getEncoded()));
      var entry = Memory.host(host);
      // One that was struck off and shows the token is welcome again.
      var pardoned =
          roster.revoked().contains(host.getId())
              ? put(Roster.revokedKey(host.getId()), Optional.empty())
              : done(Outcome.done(true));
      return pardoned
          .thenCompose(
              ready -> ready.then(_ -> put(Roster.hostKey(host.getId()), Optional.of(entry))))
          .thenApply(written -> written.map(_ -> response.setFacts(facts(host, entry)).build()));
    } catch (GeneralSecurityException wrong) {
      return done(
          Outcome.refused(
              ErrorKind.INVALID, "the key of host %s cannot be read".formatted(host.getName())));
    }
  }

  private ClusterFacts facts(RosterEntry host, ClusterFact entry) {
    var facts = new HashMap<>(memory.facts());
    facts.put(Roster.hostKey(host.getId()), entry);
    facts.remove(Roster.revokedKey(host.getId()));
    return ClusterFacts.newBuilder().putAllFacts(facts).build();
  }

  /** Written by a majority, or refused. */
  CompletionStage<Outcome<Boolean>> put(String key, Optional<ClusterFact> fact) {
    var known = node;
    if (known == null || view().members().isEmpty()) {
      return done(
          Outcome.refused(
              ErrorKind.UNAVAILABLE, "this host does not hear enough hosts of its cluster"));
    }
    return known
        .put(key, fact)
        .thenApply(
            written ->
                written
                    ? Outcome.done(true)
                    : Outcome.refused(
                        ErrorKind.UNAVAILABLE,
                        "a majority of the cluster's hosts does not answer"));
  }

  private static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedStage(value);
  }

  /** Notes it, not too often. */
  void refused(String address, String reason) {
    var now = at.clock().instant();
    synchronized (refusals) {
      refusals
          .record(address, reason, now)
          .ifPresent(
              more -> {
                LOG.warn("refused {}: {}", address.isEmpty() ? "a host" : address, reason);
                at.note().accept(new HostEvent.StrangerRefused(address, reason, more, now));
              });
    }
  }

  /** Waits until the node's ports are free. */
  private void endNode() {
    var known = node;
    node = null;
    entering = false;
    if (known != null) {
      known
          .end()
          .exceptionally(
              stuck -> {
                LOG.warn("the node of the cluster does not end: {}", stuck.toString());
                return akka.Done.getInstance();
              })
          .toCompletableFuture()
          .join();
    }
  }

  /** The others see it go, as far as they hear it; it belongs to the cluster still. */
  @Override
  public void close() {
    endNode();
    neighbours.close();
    var open = door;
    if (open != null) {
      open.close();
    }
  }
}
