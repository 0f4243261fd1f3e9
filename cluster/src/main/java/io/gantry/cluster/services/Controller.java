package io.gantry.cluster.services;

import io.gantry.agent.Outcome;
import io.gantry.cluster.engine.AllHosts;
import io.gantry.cluster.services.lifecycle.Governance;
import io.gantry.cluster.services.lifecycle.Governing;
import io.gantry.cluster.services.lifecycle.IntentOrder;
import io.gantry.cluster.services.lifecycle.Reign;
import io.gantry.cluster.services.lifecycle.Situation;
import io.gantry.cluster.services.lifecycle.TaskStates;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about all services while this host is the oldest of a formation with a majority of the
 * cluster's hosts; else it does nothing. Before it decides for the first time it reads what a
 * majority has and has a majority know that it reigns; one that hears of a later reign stops. All
 * of it happens on one thread, which may wait.
 */
final class Controller {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  private static final Duration OFFER = Duration.ofSeconds(2);
  private static final Duration WRITE = Duration.ofSeconds(6);

  private final Formation formation;
  private final AllHosts hosts;
  private final Notes notes;
  private final Identifiers ids;
  private final InstantSource clock;
  private final Map<String, Instant> ran = new HashMap<>();
  private final Map<String, Instant> ended = new HashMap<>();
  private Optional<Reign> reign = Optional.empty();
  private long formationNumber;
  private long version;

  Controller(
      Formation formation, AllHosts hosts, Notes notes, Identifiers ids, InstantSource clock) {
    this.formation = formation;
    this.hosts = hosts;
    this.notes = notes;
    this.ids = ids;
    this.clock = clock;
  }

  /** Empty: this host does not decide, or not now. */
  Optional<Reign> reigning() {
    var known = Known.of(formation);
    var self = known.selfId();
    if (self.isEmpty() || !formation.oldest().equals(self) || !known.isWhole()) {
      end();
      return Optional.empty();
    }
    var latest = known.intended().reign();
    var current = reign.filter(own -> formation.number() == formationNumber);
    if (current.isPresent() && latest.equals(current)) {
      return current;
    }
    end();
    return claim(self);
  }

  private void end() {
    reign = Optional.empty();
    ran.clear();
    ended.clear();
  }

  private Optional<Reign> claim(String self) {
    var number = formation.number();
    if (!await(formation.recall(Known.of(formation).majority()))) {
      return Optional.empty();
    }
    var known = Known.of(formation);
    version = Math.max(version, known.intended().version());
    var next = Reign.after(known.intended(), self);
    var began = new ServiceEvent.ControllerBegan(next.epoch(), clock.instant());
    if (!notes.keep(List.of(began), Provenance.ENGINE)) {
      return Optional.empty();
    }
    if (!await(
        formation.intend(
            Map.of(IntentOrder.CONTROLLER, intent(next).setClaim(true).build()),
            known.majority()))) {
      return Optional.empty();
    }
    LOG.info("this host decides about services from now on, in epoch {}", next.epoch());
    reign = Optional.of(next);
    formationNumber = number;
    return reign;
  }

  private Intent.Builder intent(Reign by) {
    return Intent.newBuilder().setEpoch(by.epoch()).setController(by.host()).setVersion(++version);
  }

  private static boolean await(CompletionStage<Boolean> stage) {
    try {
      return stage
          .toCompletableFuture()
          .completeOnTimeout(false, WRITE.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException failed) {
      LOG.warn("what was decided about services was not written: {}", failed.toString());
      return false;
    }
  }

  /** The number of the next intent, for what carries it in itself, too. */
  long nextVersion() {
    version = Math.max(version, Known.of(formation).intended().version());
    return version + 1;
  }

  /** Whether a majority has it. */
  boolean write(Reign by, String key, Optional<Service> service) {
    var intent = intent(by);
    service.ifPresent(intent::setService);
    return await(formation.intend(Map.of(key, intent.build()), Known.of(formation).majority()));
  }

  /** Decides about all services as they are now. */
  void tick() {
    var known = Known.of(formation);
    if (known.intended().services().isEmpty() && reign.isEmpty()) {
      return;
    }
    var by = reigning();
    if (by.isEmpty()) {
      return;
    }
    known = Known.of(formation);
    version = Math.max(version, known.intended().version());
    remember(known);
    var governance = Governing.decide(situation(known, by.get(), Map.of()));
    if (!governance.unasked().isEmpty()) {
      var offers = ask(known, governance.unasked());
      if (!reigning().equals(by)) {
        return;
      }
      known = Known.of(formation);
      governance = Governing.decide(situation(known, by.get(), offers));
    }
    carryOut(known, by.get(), governance);
  }

  private Situation situation(
      Known known, Reign by, Map<String, Map<String, OfferResponse>> offers) {
    return new Situation(
        clock.instant(),
        by,
        version + 1,
        known.intended(),
        known.hosts(),
        known.statuses(),
        Map.copyOf(ran),
        Map.copyOf(ended),
        offers,
        ids::next);
  }

  private void carryOut(Known known, Reign by, Governance decided) {
    if (decided.slots().isEmpty() && decided.services().isEmpty()) {
      return;
    }
    if (!notes.keep(decided.events(), Provenance.ENGINE)) {
      return; // It is decided again.
    }
    var intents = new HashMap<String, Intent>();
    decided
        .services()
        .forEach(
            (id, service) ->
                intents.put(IntentOrder.serviceKey(id), intent(by).setService(service).build()));
    decided
        .slots()
        .forEach(
            (key, slot) -> {
              var intent = intent(by);
              var number = intent.getVersion();
              slot.ifPresent(
                  some ->
                      intent.setSlot(
                          some.toBuilder()
                              .setCurrent(some.getCurrent().toBuilder().setVersion(number))));
              intents.put(key, intent.build());
            });
    if (!await(formation.intend(intents, known.majority()))) {
      LOG.warn("{} decisions about replicas have not reached a majority yet", intents.size());
    }
  }

  /** When which task ran, and was over, by this host's clock. */
  private void remember(Known known) {
    var now = clock.instant();
    var there = new HashSet<String>();
    var over = new HashSet<String>();
    for (var slots : known.intended().slots().values()) {
      for (var slot : slots.values()) {
        var task = TaskStates.now(slot.getCurrent(), known.statuses());
        there.add(task.getId());
        if (task.getState() == TaskState.TASK_STATE_RUNNING) {
          ran.putIfAbsent(task.getId(), now);
        }
        if (TaskStates.isOver(task.getState())) {
          over.add(task.getId());
          ended.putIfAbsent(task.getId(), now);
        }
      }
    }
    ran.keySet().retainAll(there);
    ended.keySet().retainAll(over);
  }

  private Map<String, Map<String, OfferResponse>> ask(Known known, Set<String> services) {
    var asked = new HashMap<String, Map<String, CompletableFuture<Outcome<OfferResponse>>>>();
    var up = hosts.up();
    for (var id : services) {
      var service = known.intended().services().get(id);
      if (service != null) {
        var spec = ReplicaSpec.offered(service.getSpec());
        var answers = new HashMap<String, CompletableFuture<Outcome<OfferResponse>>>();
        up.forEach(
            host ->
                answers.put(
                    host.id(),
                    host.offers()
                        .offer(spec)
                        .toCompletableFuture()
                        .completeOnTimeout(
                            Outcome.refused(ErrorKind.UNAVAILABLE, "no answer in time"),
                            OFFER.toMillis(),
                            TimeUnit.MILLISECONDS)));
        asked.put(id, answers);
      }
    }
    var offers = new HashMap<String, Map<String, OfferResponse>>();
    asked.forEach(
        (id, answers) -> {
          var given = new HashMap<String, OfferResponse>();
          answers.forEach(
              (host, answer) -> {
                if (answer.join() instanceof Outcome.Done<OfferResponse>(var offer)) {
                  given.put(host, offer);
                }
              });
          offers.put(id, given);
        });
    return offers;
  }
}
