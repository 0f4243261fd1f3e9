package io.gantry.cluster.membership;

import io.gantry.agent.Caller;
import io.gantry.agent.Engine;
import io.gantry.agent.Membership;
import io.gantry.agent.Outcome;
import io.gantry.agent.Secret;
import io.gantry.cluster.authority.JoinToken;
import io.gantry.cluster.engine.Hosts;
import io.gantry.cluster.membership.lifecycle.Roster;
import io.gantry.cluster.membership.lifecycle.Trying;
import io.gantry.cluster.peer.PeerAddress;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.cluster.services.Formation;
import io.gantry.persistence.event.HostEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.RosterEntry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The membership of this host. Everything that changes it happens one after the other on a thread
 * of its own, which may wait; what is read is read from what that thread has published.
 */
public final class LocalMembership implements Membership, Hosts, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalMembership.class);
  // How long an answer waits for the host to take part; it does so later, too.
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int FAREWELLS = 3;

  private final Surroundings at;
  private final MemoryFile file;
  private final ScheduledExecutorService clerk =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("membership").factory());
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile @Nullable Belonging belonging;
  private final Ground ground =
      new Ground(() -> Optional.ofNullable(belonging), ConcurrentHashMap.newKeySet());
  private @Nullable Future<?> next;
  private @Nullable Engine asked;
  private Trying trying = Trying.WORKS;

  public LocalMembership(Surroundings at) {
    this.at = at;
    this.file = new MemoryFile(at.state());
  }

  /**
   * Takes up what was before this start of the agent; a host without a cluster does nothing. Called
   * once, before any request.
   *
   * @param engine what other hosts of the cluster may ask, which is all of it
   */
  public void start(Engine engine) {
    asked = engine;
    clerk.execute(this::takeUp);
  }

  /**
   * Again and again: at boot the network may not be there yet, or an earlier agent has the port.
   */
  private void takeUp() {
    try {
      var kept = file.read();
      if (kept.isPresent() && belonging == null) {
        open(Memory.read(kept.get()));
      }
    } catch (IOException | GeneralSecurityException | RuntimeException failed) {
      noteFailure("this host is without its cluster", failed);
      if (!clerk.isShutdown()) {
        var wait = trying.pause(at.settings().assemblyInterval()).toMillis();
        next = clerk.schedule(this::takeUp, wait, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void noteFailure(String what, Exception failed) {
    var before = trying;
    trying = before.failed(String.valueOf(failed.getMessage()));
    if (trying.isNewsAfter(before)) {
      LOG.warn("{}; it goes on trying: {}", what, failed.toString(), failed);
    }
  }

  private void noteSuccess() {
    if (!trying.works()) {
      LOG.info(
          "the membership of this host is kept up again, after {} failures", trying.failures());
      trying = Trying.WORKS;
    }
  }

  /** What services need of it. */
  public Formation formation() {
    return ground;
  }

  // -- requests

  @Override
  public CompletionStage<Outcome<ClusterView>> init(Caller caller, Optional<String> address) {
    return inTurn(
        () -> {
          var known = belonging;
          if (known != null) {
            return alreadyIn(known);
          }
          return switch (OwnAddress.choose(address, at.settings().port())) {
            case Outcome.Done<PeerAddress>(var own) -> enter(Entrance.found(at, self(own)), "");
            case Outcome.Unchanged<PeerAddress> _ -> throw new IllegalStateException();
            case Outcome.Refused<PeerAddress> refused -> refused.as();
          };
        });
  }

  @Override
  public CompletionStage<Outcome<ClusterView>> join(
      Caller caller, String remote, Secret token, Optional<String> address) {
    return inTurn(() -> join(remote, token, address));
  }

  private Outcome<ClusterView> join(String remote, Secret token, Optional<String> address)
      throws IOException, GeneralSecurityException {
    var known = belonging;
    if (known != null) {
      return alreadyIn(known);
    }
    var shown = JoinToken.parse(token.value());
    if (shown.isEmpty()) {
      return Outcome.refused(
          ErrorKind.INVALID, "this is not a token to join with: 'gantry cluster token' prints one");
    }
    return switch (Contacts.of(at.system(), at.settings(), remote)) {
      case Outcome.Done<List<PeerAddress>>(var contacts) ->
          joinOneOf(contacts, shown.get(), address);
      case Outcome.Unchanged<List<PeerAddress>> _ -> throw new IllegalStateException();
      case Outcome.Refused<List<PeerAddress>> refused -> refused.as();
    };
  }

  /** The next is tried where one does not answer; what one has decided is decided. */
  private Outcome<ClusterView> joinOneOf(
      List<PeerAddress> contacts, JoinToken token, Optional<String> address)
      throws IOException, GeneralSecurityException {
    var last = Outcome.<ClusterView>refused(ErrorKind.UNAVAILABLE, "there is nobody to ask");
    for (var contact : contacts) {
      last = joinThrough(contact, token, address);
      if (!(last instanceof Outcome.Refused<ClusterView>(var kind, _))
          || kind != ErrorKind.UNAVAILABLE) {
        return last;
      }
    }
    return last;
  }

  private Outcome<ClusterView> joinThrough(
      PeerAddress to, JoinToken token, Optional<String> address)
      throws IOException, GeneralSecurityException {
    var own = OwnAddress.choose(address.or(() -> OwnAddress.towards(to)), at.settings().port());
    return switch (own) {
      case Outcome.Done<PeerAddress>(var self) ->
          switch (Entrance.knock(at, self(self), to, token)) {
            case Outcome.Done<Memory>(var memory) -> enter(memory, to.toString());
            case Outcome.Unchanged<Memory>(var memory) -> enter(memory, to.toString());
            case Outcome.Refused<Memory> refused -> refused.as();
          };
      case Outcome.Unchanged<PeerAddress> _ -> throw new IllegalStateException();
      case Outcome.Refused<PeerAddress> refused -> refused.as();
    };
  }

  private RosterEntry self(PeerAddress address) {
    return RosterEntry.newBuilder()
        .setId(at.hostId())
        .setName(at.hostName())
        .setAddress(address.toString())
        .build();
  }

  private static Outcome<ClusterView> alreadyIn(Belonging known) {
    return Outcome.refused(
        ErrorKind.CONFLICT,
        "this host belongs to cluster %s".formatted(known.memory().authority().clusterId()));
  }

  private Outcome<ClusterView> enter(Memory memory, String through)
      throws IOException, GeneralSecurityException {
    file.write(memory.kept());
    try {
      open(memory);
    } catch (IOException | RuntimeException closed) {
      file.forget();
      return Outcome.refused(ErrorKind.CONFLICT, closed);
    }
    at.note()
        .accept(
            new HostEvent.ClusterEntered(
                memory.authority().clusterId(),
                memory.self().getAddress(),
                through,
                at.clock().instant()));
    return Outcome.done(view());
  }

  @Override
  public CompletionStage<Outcome<ClusterView>> leave(Caller caller) {
    return inTurn(
        () -> {
          var known = belonging;
          if (known == null) {
            return Views.alone();
          }
          var id = known.memory().authority().clusterId();
          sayFarewell(known);
          belonging = null;
          known.close();
          file.forget();
          at.note().accept(new HostEvent.ClusterLeft(id, at.clock().instant()));
          return Outcome.done(view());
        });
  }

  /** If the others cannot be told they count it as away until somebody strikes it off. */
  private static void sayFarewell(Belonging known) {
    var told = false;
    for (var attempt = 0; attempt < FAREWELLS && !told; attempt++) {
      told =
          known.put(Roster.hostKey(known.selfId()), Optional.empty()).toCompletableFuture().join()
              instanceof Outcome.Done<Boolean>;
    }
  }

  @Override
  public ClusterView view() {
    var known = belonging;
    return known == null ? Views.ofNone() : Views.of(known);
  }

  @Override
  public PeerChannel channel(String hostId) {
    var known = belonging;
    if (known == null) {
      throw new IllegalStateException("this host belongs to no cluster");
    }
    return known.channel(hostId);
  }

  @Override
  public Map<String, Map<String, String>> places() {
    var known = belonging;
    return known == null ? Map.of() : known.view().places();
  }

  /** Called after some have come, gone or been renamed; from any thread. */
  public void containersChanged() {
    var known = belonging;
    if (known != null) {
      known.tellContainers();
    }
  }

  @Override
  public CompletionStage<Outcome<Secret>> token(Caller caller, boolean rotate) {
    return with(
        known -> {
          var fingerprint = known.memory().authority().fingerprint();
          if (!rotate) {
            var secret = known.memory().roster().secret();
            return CompletableFuture.completedStage(
                Outcome.done(new Secret(new JoinToken(fingerprint, secret).text())));
          }
          var secret = JoinToken.newSecret(at.random());
          return known
              .put(Roster.TOKEN, Optional.of(Memory.token(secret)))
              .thenApply(
                  written ->
                      written.map(_ -> new Secret(new JoinToken(fingerprint, secret).text())));
        });
  }

  @Override
  public CompletionStage<Outcome<ClusterView>> drain(Caller caller, String host, boolean drained) {
    return onHost(
        host,
        (known, entry) -> {
          if (known.memory().roster().drained().contains(entry.getId()) == drained) {
            return CompletableFuture.completedStage(new Outcome.Unchanged<>(view()));
          }
          var fact = ClusterFact.newBuilder().setDrained(true).build();
          return known
              .put(Roster.drainedKey(entry.getId()), Optional.of(fact).filter(_ -> drained))
              .thenApply(written -> written.map(_ -> view()));
        });
  }

  @Override
  public CompletionStage<Outcome<ClusterView>> forget(Caller caller, String host) {
    return onHost(
        host,
        (known, entry) -> {
          var presence = known.presences().get(entry.getId());
          if (entry.getId().equals(known.selfId()) || presence != HostPresence.HOST_PRESENCE_AWAY) {
            return CompletableFuture.completedStage(
                Outcome.refused(
                    ErrorKind.CONFLICT,
                    "host %s takes part: let it leave, or end it first"
                        .formatted(entry.getName())));
          }
          var revoked = ClusterFact.newBuilder().setRevoked(true).build();
          return known
              .put(Roster.revokedKey(entry.getId()), Optional.of(revoked))
              .thenCompose(
                  written ->
                      written.then(_ -> known.put(Roster.hostKey(entry.getId()), Optional.empty())))
              .thenApply(written -> written.map(_ -> view()));
        });
  }

  // -- one after the other

  private interface Step<T> {
    Outcome<T> run() throws IOException, GeneralSecurityException;
  }

  private <T> CompletionStage<Outcome<T>> inTurn(Step<T> step) {
    var answer = new CompletableFuture<Outcome<T>>();
    clerk.execute(
        () -> {
          try {
            answer.complete(step.run());
          } catch (IOException | GeneralSecurityException | RuntimeException failed) {
            answer.complete(Outcome.refused(ErrorKind.INTERNAL, failed));
          }
        });
    return answer;
  }

  private interface HostStep {
    CompletionStage<Outcome<ClusterView>> run(Belonging known, RosterEntry host);
  }

  private CompletionStage<Outcome<ClusterView>> onHost(String reference, HostStep step) {
    return with(
        known -> {
          var found = known.memory().roster().find(reference);
          return found.size() == 1
              ? step.run(known, found.getFirst())
              : CompletableFuture.completedStage(
                  Outcome.refused(
                      ErrorKind.NOT_FOUND,
                      found.isEmpty()
                          ? "no host %s in the cluster".formatted(reference)
                          : "%s is the beginning of several hosts' ids".formatted(reference)));
        });
  }

  private <T> CompletionStage<Outcome<T>> with(
      Function<Belonging, CompletionStage<Outcome<T>>> step) {
    var known = belonging;
    return known == null ? CompletableFuture.completedStage(Views.alone()) : step.apply(known);
  }

  private void open(Memory memory) throws IOException, GeneralSecurityException {
    var opened =
        Belonging.open(
            at, Objects.requireNonNull(asked), file, memory, this::wake, ground::changed);
    belonging = opened;
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    tick();
    while (opened.view().members().isEmpty()
        && trying.works()
        && System.nanoTime() < deadline
        && !clerk.isShutdown()) {
      pause(Duration.ofMillis(100));
      tick();
    }
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Something changed: look at once, but once for many changes. */
  private void wake() {
    ground.changed();
    if (!woken.getAndSet(true) && !clerk.isShutdown()) {
      clerk.execute(this::tick);
    }
  }

  private void tick() {
    woken.set(false);
    var known = belonging;
    if (known == null) {
      return;
    }
    try {
      known.tick();
      noteSuccess();
    } catch (IOException | GeneralSecurityException | RuntimeException failed) {
      noteFailure("the membership of this host is not kept up", failed);
    }
    var pending = next;
    if (pending != null) {
      pending.cancel(false);
    }
    var pauses = at.settings();
    var wait =
        known.view().members().isEmpty() ? pauses.assemblyInterval() : pauses.reunionInterval();
    if (!clerk.isShutdown()) {
      next = clerk.schedule(this::tick, trying.pause(wait).toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** The agent ends; it belongs to its cluster still, and its next start finds it. */
  @Override
  public void close() {
    clerk.shutdownNow();
    var known = belonging;
    if (known != null) {
      known.close();
    }
  }
}
