package io.gantry.cluster.services;

import akka.actor.typed.ActorSystem;
import io.gantry.agent.Engine;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.cluster.services.lifecycle.Keeping;
import io.gantry.cluster.services.lifecycle.Keeping.Action;
import io.gantry.cluster.services.lifecycle.OwnReplica;
import io.gantry.cluster.services.lifecycle.Reporting;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.TaskState;
import io.gantry.protocol.v1.TaskStatus;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the replicas of this host as they are intended, and says how they are. {@link #tick} is
 * called on one thread; what takes time is done on others, for each replica one thing at a time.
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private final Formation formation;
  private final Engine engine;
  private final ReplicaWork work;
  private final Notes notes;
  private final Runnable wake;
  private final InstantSource clock;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final Map<String, TaskStatus> unmade = new ConcurrentHashMap<>();
  private final Set<String> seen = new HashSet<>();
  private Map<String, TaskStatus> said = Map.of();
  private long saidTo;
  private long informedBy;

  /** {@code wake}: something was done; another tick would be good. Does not block. */
  Keeper(
      ActorSystem<?> system,
      Formation formation,
      Engine engine,
      Notes notes,
      Runnable wake,
      InstantSource clock) {
    this.formation = formation;
    this.engine = engine;
    this.work = new ReplicaWork(system, engine);
    this.notes = notes;
    this.wake = wake;
    this.clock = clock;
  }

  void tick() {
    var known = Known.of(formation);
    if (!known.belongs()) {
      return;
    }
    var own = own();
    if (own.isEmpty() && known.intended().services().isEmpty() && said.isEmpty()) {
      return;
    }
    var number = formation.number();
    inform(known, number);
    known = Known.of(formation);
    missed(known, own);
    var busy = new HashSet<>(underWay);
    busy.addAll(unmade.keySet());
    var informed = number != 0 && informedBy == number;
    var situation =
        new Keeping.Situation(
            known.selfId(), known.isWhole(), informed, known.intended(), own, busy);
    Keeping.decide(situation).forEach(this::begin);
    report(known, own, Keeping.ended(situation), number);
  }

  private List<OwnReplica> own() {
    return engine.containers().list().stream()
        .flatMap(container -> ReplicaLabels.read(container).stream())
        .toList();
  }

  /** Once for each formation, as soon as enough hosts answer. */
  private void inform(Known known, long number) {
    if (number != 0
        && informedBy != number
        && known.isWhole()
        && formation.recall(known.majority()).toCompletableFuture().join()) {
      informedBy = number;
    }
  }

  /** A container that somebody else removed was this host's replica: it has failed. */
  private void missed(Known known, List<OwnReplica> own) {
    var present = new HashSet<String>();
    own.forEach(replica -> present.add(replica.replica().taskId()));
    for (var task : seen) {
      if (!present.contains(task) && !underWay.contains(task)) {
        unmade.putIfAbsent(task, failed(known, "the container was removed"));
      }
    }
    seen.clear();
    seen.addAll(present);
    var held = new HashSet<String>();
    known
        .intended()
        .slots()
        .values()
        .forEach(
            slots ->
                slots
                    .values()
                    .forEach(
                        slot -> {
                          held.add(slot.getCurrent().getId());
                          held.add(slot.getLeaving().getId());
                        }));
    unmade.keySet().retainAll(held);
  }

  private TaskStatus failed(Known known, String error) {
    return status(known, TaskState.TASK_STATE_FAILED, "started").setError(error).build();
  }

  private TaskStatus.Builder status(Known known, TaskState state, String message) {
    return TaskStatus.newBuilder()
        .setHostId(known.selfId())
        .setState(state)
        .setMessage(message)
        .setAt(Moments.timestamp(clock.instant()));
  }

  private void begin(Action action) {
    if (!underWay.add(action.taskId())) {
      return;
    }
    RemoteHost.WAITING.execute(
        () -> {
          try {
            carryOut(action);
          } finally {
            underWay.remove(action.taskId());
            wake.run();
          }
        });
  }

  private void carryOut(Action action) {
    switch (action) {
      case Action.Begin(var service, var task) ->
          begun(task.getId(), () -> work.begin(service, task));
      case Action.Start(var task, var container) ->
          begun(task.getId(), () -> work.start(container));
      case Action.Stop(var replica) -> ended(replica, work::stop);
      case Action.GiveUp(var replica, var reason) -> fence(replica, reason);
    }
  }

  /** Whoever reads the record learns why before the replica's container stops. */
  private void fence(OwnReplica replica, String reason) {
    var fenced =
        new ServiceEvent.Fenced(replica.replica(), replica.containerId(), reason, clock.instant());
    if (!replica.isAlive() || notes.keep(List.of(fenced), Provenance.ENGINE)) {
      ended(replica, work::giveUp);
    } else {
      pause();
    }
  }

  private static void ended(OwnReplica replica, Consumer<OwnReplica> step) {
    try {
      step.accept(replica);
    } catch (RuntimeException failed) {
      LOG.warn("replica {} does not end yet: {}", replica.replica().taskId(), failed.toString());
      pause();
    }
  }

  /** {@code step} says why the replica cannot be begun; the controller decides what comes then. */
  private void begun(String task, Supplier<Optional<String>> step) {
    Optional<String> error;
    try {
      error = step.get();
    } catch (RuntimeException failed) {
      LOG.warn("replica {} cannot be begun", task, failed);
      error = Optional.of(failed.toString());
    }
    error.ifPresent(
        why ->
            unmade.put(
                task,
                status(Known.of(formation), TaskState.TASK_STATE_REJECTED, "preparing")
                    .setError(why)
                    .build()));
  }

  /** What cannot be ended now is tried again, but not at once. */
  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(Known known, List<OwnReplica> own, List<String> ended, long number) {
    var all = new HashMap<String, TaskStatus>();
    for (var replica : own) {
      all.put(
          replica.replica().taskId(),
          steady(
              replica.replica().taskId(), Reporting.of(replica, known.selfId(), clock.instant())));
    }
    underWay.forEach(
        task ->
            all.computeIfAbsent(
                task,
                _ ->
                    steady(
                        task, status(known, TaskState.TASK_STATE_PREPARING, "preparing").build())));
    ended.forEach(
        task ->
            all.computeIfAbsent(
                task,
                _ ->
                    steady(
                        task, status(known, TaskState.TASK_STATE_SHUTDOWN, "shutdown").build())));
    unmade.forEach(
        (task, status) ->
            all.merge(
                task,
                status,
                (container, failure) ->
                    failure.toBuilder().setContainerId(container.getContainerId()).build()));
    if (number != 0 && (!all.equals(said) || saidTo != number)) {
      said = Map.copyOf(all);
      saidTo = number;
      formation.report(said);
    }
  }

  /** As it was said before, where nothing but the time has changed. */
  private TaskStatus steady(String task, TaskStatus now) {
    var before = said.get(task);
    return before != null && before.toBuilder().setAt(now.getAt()).build().equals(now)
        ? before
        : now;
  }
}
