package io.gantry.cluster.peer;

import akka.actor.Address;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent.ClusterDomainEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.ddata.Key;
import akka.cluster.ddata.LWWMap;
import akka.cluster.ddata.LWWMapKey;
import akka.cluster.ddata.SelfUniqueAddress;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import akka.cluster.typed.Subscribe;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.HostSummary;
import io.gantry.protocol.v1.PeerMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** The root of a node: writes what is to be known everywhere, and tells what is known now. */
final class NodeActor {
  sealed interface Command {}

  /** A cluster of this node alone, which knows these facts. */
  record Form(Map<String, ClusterFact> facts) implements Command {}

  record JoinAt(List<Address> nodes) implements Command {}

  /** {@code written}: whether a majority has it. No fact: there is none of this key any more. */
  record Put(String key, Optional<ClusterFact> fact, CompletableFuture<Boolean> written)
      implements Command {}

  record Publish(HostSummary summary) implements Command {}

  /** What containers this host has: names by their ids. */
  record Has(Map<String, String> containers) implements Command {}

  private record MembersChanged(ClusterDomainEvent event) implements Command {}

  private record Look() implements Command {}

  private record Written(
      Replicator.UpdateResponse<LWWMap<String, PeerMessage>> response,
      CompletableFuture<Boolean> written)
      implements Command {}

  private record Changed(Replicator.SubscribeResponse<LWWMap<String, PeerMessage>> response)
      implements Command {}

  static final String ROLE = "host-";
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Key<LWWMap<String, PeerMessage>> FACTS = LWWMapKey.create("facts");
  private static final Key<LWWMap<String, PeerMessage>> SUMMARIES = LWWMapKey.create("summaries");

  private final Cluster cluster;
  private final SelfUniqueAddress self;
  private final ReplicatorMessageAdapter<Command, LWWMap<String, PeerMessage>> replicator;
  private final String hostId;
  private final Duration majority;
  private final Consumer<NodeView> listener;
  private final Set<String> watched = new HashSet<>();
  private Map<String, String> own = Map.of();

  private NodeActor(
      ActorContext<Command> context,
      ReplicatorMessageAdapter<Command, LWWMap<String, PeerMessage>> replicator,
      String hostId,
      Duration majority,
      Consumer<NodeView> listener) {
    this.cluster = Cluster.get(context.getSystem());
    this.self = DistributedData.get(context.getSystem()).selfUniqueAddress();
    this.replicator = replicator;
    this.hostId = hostId;
    this.majority = majority;
    this.listener = listener;
    var events = context.messageAdapter(ClusterDomainEvent.class, MembersChanged::new);
    cluster.subscriptions().tell(Subscribe.create(events, ClusterDomainEvent.class));
    replicator.subscribe(FACTS, Changed::new);
    replicator.subscribe(SUMMARIES, Changed::new);
    watchPlaces(hostId);
    makeShelves();
  }

  static Behavior<Command> create(String hostId, Duration majority, Consumer<NodeView> listener) {
    return Unanswered.survived(
        Behaviors.setup(
            context ->
                DistributedData.withReplicatorMessageAdapter(
                    (ReplicatorMessageAdapter<Command, LWWMap<String, PeerMessage>> replicator) ->
                        Behaviors.withTimers(
                            timers -> {
                              // The state that events tell of may be readable a moment after them.
                              timers.startTimerWithFixedDelay(new Look(), LOOK);
                              return new NodeActor(context, replicator, hostId, majority, listener)
                                  .serving(NodeView.NONE);
                            }))));
  }

  private Behavior<Command> serving(NodeView known) {
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Form(var facts) -> {
                cluster.manager().tell(Join.create(cluster.selfMember().address()));
                update(FACTS, map -> putAll(map, facts), new CompletableFuture<>());
                yield Behaviors.same();
              }
              case JoinAt(var nodes) -> {
                cluster.manager().tell(new JoinSeedNodes(nodes));
                yield Behaviors.same();
              }
              case Put(var key, var fact, var written) -> {
                update(FACTS, map -> changed(map, key, fact), written);
                yield Behaviors.same();
              }
              case Publish(var summary) -> {
                var message = message().setSummary(summary).build();
                update(SUMMARIES, map -> map.put(self, hostId, message), new CompletableFuture<>());
                yield Behaviors.same();
              }
              case Written(var response, var written) -> {
                written.complete(response instanceof Replicator.UpdateSuccess<?>);
                yield Behaviors.same();
              }
              case Has(var containers) -> {
                tidy(containers);
                yield Behaviors.same();
              }
              case MembersChanged(_), Look() -> told(known, members(known));
              case Changed(var response) -> told(known, with(known, response));
            });
  }

  private Behavior<Command> told(NodeView before, NodeView now) {
    if (now.equals(before)) {
      return Behaviors.same();
    }
    listener.accept(now);
    return serving(now);
  }

  private void watchPlaces(String host) {
    if (watched.add(host)) {
      for (var shelf = 0; shelf < Places.SHELVES; shelf++) {
        replicator.subscribe(Places.key(host, shelf), Changed::new);
      }
    }
  }

  /**
   * All of them at once: what nodes compare while nothing changes does not grow with containers.
   */
  private void makeShelves() {
    for (var shelf = 0; shelf < Places.SHELVES; shelf++) {
      update(Places.key(hostId, shelf), map -> map, new CompletableFuture<>());
    }
  }

  /** Only shelves on which something has changed. */
  private void tidy(Map<String, String> containers) {
    if (containers.equals(own)) {
      return;
    }
    var before = own;
    own = containers;
    for (var shelf = 0; shelf < Places.SHELVES; shelf++) {
      var now = Places.on(shelf, own);
      if (!now.equals(Places.on(shelf, before))) {
        align(shelf, now);
      }
    }
  }

  private void align(int shelf, Map<String, String> now) {
    update(
        Places.key(hostId, shelf),
        map -> Places.aligned(self, map, now),
        new CompletableFuture<>());
  }

  private NodeView members(NodeView known) {
    var state = cluster.state();
    var members = new HashSet<String>();
    for (var member : state.getMembers()) {
      if (member.status() == MemberStatus.up() || member.status() == MemberStatus.leaving()) {
        host(member).ifPresent(members::add);
      }
    }
    var unreachable = new HashSet<String>();
    state.getUnreachable().forEach(member -> host(member).ifPresent(unreachable::add));
    unreachable.retainAll(members);
    return new NodeView(
        members.contains(hostId) ? Set.copyOf(members) : Set.of(),
        members.contains(hostId) ? oldest(state.getMembers()) : "",
        Set.copyOf(unreachable),
        known.facts(),
        known.summaries(),
        known.places());
  }

  /** All nodes that know the same members name the same. */
  private static String oldest(Iterable<Member> members) {
    Optional<Member> oldest = Optional.empty();
    for (var member : members) {
      if (member.status() == MemberStatus.up()
          && oldest.filter(known -> !member.isOlderThan(known)).isEmpty()) {
        oldest = Optional.of(member);
      }
    }
    return oldest.flatMap(NodeActor::host).orElse("");
  }

  private static Optional<String> host(Member member) {
    return member.getRoles().stream()
        .filter(role -> role.startsWith(ROLE))
        .map(role -> role.substring(ROLE.length()))
        .findFirst();
  }

  private NodeView with(
      NodeView known, Replicator.SubscribeResponse<LWWMap<String, PeerMessage>> response) {
    if (!(response instanceof Replicator.Changed<LWWMap<String, PeerMessage>> changed)) {
      return known;
    }
    var host = Places.host(changed.key());
    if (host.isPresent()) {
      return withPlaces(known, host.get(), changed);
    }
    var entries = changed.get(changed.key()).getEntries();
    var facts = new HashMap<String, ClusterFact>();
    var summaries = new HashMap<String, HostSummary>();
    // What an older or newer release puts there and this one does not know has another case.
    entries.forEach(
        (key, message) -> {
          switch (message.getBodyCase()) {
            case FACT -> facts.put(key, message.getFact());
            case SUMMARY -> summaries.put(key, message.getSummary());
            case PLACE, TASK, INTENTS, BODY_NOT_SET -> {}
          }
        });
    if (changed.key().equals(SUMMARIES)) {
      return new NodeView(
          known.members(),
          known.oldest(),
          known.unreachable(),
          known.facts(),
          Map.copyOf(summaries),
          known.places());
    }
    var hosts = new HashSet<>(Set.of(hostId));
    facts.values().stream()
        .filter(ClusterFact::hasHost)
        .forEach(fact -> hosts.add(fact.getHost().getId()));
    hosts.forEach(this::watchPlaces);
    return new NodeView(
        known.members(),
        known.oldest(),
        known.unreachable(),
        Map.copyOf(facts),
        known.summaries(),
        Places.of(hosts, known.places()));
  }

  /** What others remember of this host from an earlier life of its agent is put right. */
  private NodeView withPlaces(
      NodeView known, String host, Replicator.Changed<LWWMap<String, PeerMessage>> changed) {
    var shelf = Places.shelf(changed.key());
    var names = Places.names(changed.get(Places.key(host, shelf)));
    if (host.equals(hostId)) {
      var wanted = Places.on(shelf, own);
      if (!wanted.equals(names)) {
        align(shelf, wanted);
      }
      return known;
    }
    return new NodeView(
        known.members(),
        known.oldest(),
        known.unreachable(),
        known.facts(),
        known.summaries(),
        Places.with(known.places(), host, shelf, names));
  }

  private void update(
      Key<LWWMap<String, PeerMessage>> key,
      Function<LWWMap<String, PeerMessage>, LWWMap<String, PeerMessage>> change,
      CompletableFuture<Boolean> written) {
    var consistency =
        key.equals(FACTS) ? new Replicator.WriteMajority(majority, 0) : Replicator.writeLocal();
    replicator.askUpdate(
        replyTo -> new Replicator.Update<>(key, LWWMap.create(), consistency, replyTo, change),
        response -> new Written(response, written));
  }

  private LWWMap<String, PeerMessage> putAll(
      LWWMap<String, PeerMessage> map, Map<String, ClusterFact> facts) {
    var all = map;
    for (var entry : facts.entrySet()) {
      all = changed(all, entry.getKey(), Optional.of(entry.getValue()));
    }
    return all;
  }

  private LWWMap<String, PeerMessage> changed(
      LWWMap<String, PeerMessage> map, String key, Optional<ClusterFact> fact) {
    return fact.isPresent()
        ? map.put(self, key, message().setFact(fact.get()).build())
        : map.remove(self, key);
  }

  private static PeerMessage.Builder message() {
    return PeerMessage.newBuilder().setProtocol(Protocol.CURRENT);
  }
}
