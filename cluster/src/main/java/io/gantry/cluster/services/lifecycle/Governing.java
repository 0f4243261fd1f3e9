package io.gantry.cluster.services.lifecycle;

import io.gantry.cluster.placement.Placement.Decision;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a controller does about the services: first each slot is judged, then those that are to be
 * filled are, one after the other. What was decided holds until a later decision changes it, so
 * deciding again from the same changes nothing.
 */
public final class Governing {
  /** More of a slot's past is forgotten, with its containers. */
  public static final int REMEMBERED = 4;

  private final Situation at;
  private final Occupancy occupancy = new Occupancy();
  private final Map<String, Optional<ReplicaSlot>> changes = new HashMap<>();
  private final List<ServiceEvent> events = new ArrayList<>();
  private final Map<String, Service> services = new TreeMap<>();
  private final Set<String> unasked = new TreeSet<>();
  private final List<Opening> openings = new ArrayList<>();

  /** A slot that is to get another replica. */
  private record Opening(
      Service service, String slot, Optional<ReplicaSlot> before, Verdict.Vacate why) {}

  private Governing(Situation at) {
    this.at = at;
  }

  public static Governance decide(Situation at) {
    var governing = new Governing(at);
    at.intended().services().values().forEach(governing::judge);
    governing.openings.forEach(governing::fill);
    return new Governance(
        governing.services, governing.changes, governing.events, governing.unasked);
  }

  // -- first: who stays

  private void judge(Service known) {
    var slots = new HashMap<>(at.intended().slotsOf(known.getId()));
    var service = goOn(known, slots);
    var wanted = wanted(service, slots);
    for (var slot : slots.keySet()) {
      if (!wanted.contains(slot)) {
        changes.put(IntentOrder.slotKey(service.getId(), slot), Optional.empty());
      }
    }
    wanted.forEach(slot -> occupy(service, slots.get(slot)));
    var judge = new Judge(at, service, slots, wanted);
    for (var slot : wanted) {
      var before = Optional.ofNullable(slots.get(slot));
      switch (judge.verdict(slot, before)) {
        case Verdict.Stay() ->
            before.ifPresent(
                kept -> {
                  if (!TaskStates.isOver(state(kept))) {
                    occupancy.add(
                        service.getId(),
                        service.getSpec().getReservation(),
                        kept.getCurrent().getHostId());
                  }
                });
        case Verdict.Later() -> {}
        case Verdict.Vacate why -> openings.add(new Opening(service, slot, before, why));
      }
    }
  }

  private Collection<String> wanted(Service service, Map<String, ReplicaSlot> slots) {
    return Slots.wanted(service, slots, at.hosts(), at.statuses());
  }

  /** The service as its update leaves it, and its slots, too. */
  private Service goOn(Service service, Map<String, ReplicaSlot> slots) {
    var step = Rollout.of(at, service, slots, wanted(service, slots));
    slots.putAll(step.slots());
    slots.replaceAll((_, slot) -> Rollout.takenBack(at, step.service(), slot).orElse(slot));
    var before = at.intended().slotsOf(service.getId());
    slots.forEach(
        (slot, now) -> {
          if (!now.equals(before.get(slot))) {
            changes.put(IntentOrder.slotKey(service.getId(), slot), Optional.of(now));
          }
        });
    if (!step.service().equals(service)) {
      services.put(service.getId(), step.service());
    }
    step.change()
        .ifPresent(
            change ->
                events.add(
                    new ServiceEvent.Changed(
                        service.getId(),
                        service.getSpec().getName(),
                        change,
                        step.service().getVersion(),
                        at.reign().epoch(),
                        step.service().getUpdate().getMessage(),
                        at.now())));
    return step.service();
  }

  /** Who is about to go from a slot has its room until then. */
  private void occupy(Service service, @Nullable ReplicaSlot slot) {
    if (slot != null && slot.hasLeaving()) {
      occupancy.add(
          service.getId(), service.getSpec().getReservation(), slot.getLeaving().getHostId());
    }
  }

  private TaskState state(ReplicaSlot slot) {
    return TaskStates.now(slot.getCurrent(), at.statuses()).getState();
  }

  // -- then: who comes

  private void fill(Opening opening) {
    var service = opening.service();
    var offers = at.offers().get(service.getId());
    if (offers == null) {
      unasked.add(service.getId());
      stays(opening);
      return;
    }
    switch (choose(opening, offers)) {
      case Decision.Placed _ when endsFirst(opening) -> end(opening);
      case Decision.Placed(var host, var reason) -> {
        var task =
            task(opening)
                .setHostId(host.id())
                .setHostName(host.name())
                .setState(TaskState.TASK_STATE_ASSIGNED)
                .setMessage("assigned")
                .setReason("host %s: %s".formatted(host.name(), reason))
                .build();
        occupancy.place(service.getId(), service.getSpec().getReservation(), host.id());
        noteLoss(opening);
        notePlaced(opening, task);
        change(opening, task);
      }
      case Decision.Nowhere(var reason) -> nowhere(opening, reason);
    }
  }

  private Decision choose(Opening opening, Map<String, OfferResponse> offers) {
    var service = opening.service();
    var hosts =
        service.getSpec().hasGlobal()
            ? at.hosts().values().stream().filter(one -> one.id().equals(opening.slot())).toList()
            : at.hosts().values();
    return Choice.of(service, hosts, offers, occupancy);
  }

  /** Whether the one before has to end before there is another. */
  private boolean endsFirst(Opening opening) {
    return opening.why().kind() == Verdict.Kind.OUTDATED
        && !TaskStates.isOver(state(opening.before().orElseThrow()))
        && !UpdatePolicy.of(opening.service()).startFirst();
  }

  private void end(Opening opening) {
    stays(opening);
    var slot = opening.before().orElseThrow().toBuilder();
    slot.getCurrentBuilder().setDesiredState(TaskState.TASK_STATE_SHUTDOWN);
    changes.put(
        IntentOrder.slotKey(opening.service().getId(), opening.slot()), Optional.of(slot.build()));
  }

  /** A replica that may stay until there is another does; else its slot waits. */
  private void nowhere(Opening opening, String reason) {
    var current = opening.before().map(ReplicaSlot::getCurrent);
    if (opening.why().mayStay() || opening.service().getSpec().hasGlobal()) {
      stays(opening);
      return;
    }
    if (current.filter(task -> task.getHostId().isEmpty()).isPresent()
        && current.get().getError().equals(reason)
        && current.get().getTemplateVersion() == opening.service().getTemplateVersion()) {
      return;
    }
    noteLoss(opening);
    change(
        opening,
        task(opening)
            .setState(TaskState.TASK_STATE_PENDING)
            .setMessage("pending task scheduling")
            .setError(reason)
            .build());
  }

  private void stays(Opening opening) {
    opening
        .before()
        .filter(slot -> !slot.getCurrent().getHostId().isEmpty())
        .ifPresent(
            slot ->
                occupancy.add(
                    opening.service().getId(),
                    opening.service().getSpec().getReservation(),
                    slot.getCurrent().getHostId()));
  }

  private Task.Builder task(Opening opening) {
    var service = opening.service();
    var now = Moments.timestamp(at.now());
    return Task.newBuilder()
        .setId(at.ids().get())
        .setServiceId(service.getId())
        .setServiceName(service.getSpec().getName())
        .setSlot(service.getSpec().hasGlobal() ? 0 : Integer.parseInt(opening.slot()))
        .setEpoch(at.reign().epoch())
        .setDesiredState(TaskState.TASK_STATE_RUNNING)
        .setCreatedAt(now)
        .setUpdatedAt(now)
        .setTemplateVersion(service.getTemplateVersion())
        .setUpdate(update(opening));
  }

  /** One that waited for a host is what it was made for still. */
  private static long update(Opening opening) {
    return switch (opening.why().kind()) {
      case OUTDATED -> opening.service().getUpdate().getNumber();
      case NEW -> opening.before().map(slot -> slot.getCurrent().getUpdate()).orElse(0L);
      case LOST, ENDED, MOVED -> 0;
    };
  }

  /** The new holder of a slot; the one before becomes its past, unless it never was anywhere. */
  private void change(Opening opening, Task next) {
    var slot =
        switch (opening.why().kind()) {
          case ENDED ->
              Restarts.counted(
                  opening.service().getSpec(), opening.before().orElseThrow(), at.now());
          case OUTDATED -> opening.before().orElseThrow().toBuilder().clearAttempts();
          case NEW, LOST, MOVED ->
              opening.before().map(ReplicaSlot::toBuilder).orElseGet(ReplicaSlot::newBuilder);
        };
    opening
        .before()
        .map(before -> TaskStates.now(before.getCurrent(), at.statuses()))
        .filter(task -> !task.getHostId().isEmpty())
        .ifPresent(task -> leave(opening, slot, task));
    changes.put(
        IntentOrder.slotKey(opening.service().getId(), opening.slot()),
        Optional.of(slot.setCurrent(next).build()));
  }

  /** One that runs while it is replaced runs on until the next one does. */
  private void leave(Opening opening, ReplicaSlot.Builder slot, Task task) {
    if (opening.why().kind() == Verdict.Kind.OUTDATED
        && task.getState() == TaskState.TASK_STATE_RUNNING
        && !slot.hasLeaving()) {
      occupancy.add(
          opening.service().getId(),
          opening.service().getSpec().getReservation(),
          task.getHostId());
      slot.setLeaving(task);
    } else {
      var lost = opening.why().kind() == Verdict.Kind.LOST;
      remember(slot, left(task, opening.why().reason(), lost, at.now()));
    }
  }

  static void remember(ReplicaSlot.Builder slot, Task left) {
    var past = new ArrayList<Task>();
    past.add(left);
    past.addAll(slot.getPastList());
    slot.clearPast().addAllPast(past.subList(0, Math.min(REMEMBERED, past.size())));
  }

  /** As it is remembered. */
  static Task left(Task task, String reason, boolean lost, Instant now) {
    var left = task.toBuilder().setDesiredState(TaskState.TASK_STATE_SHUTDOWN);
    return TaskStates.isOver(task.getState())
        ? left.build()
        : left.setState(lost ? TaskState.TASK_STATE_ORPHANED : TaskState.TASK_STATE_SHUTDOWN)
            .setMessage(reason)
            .setUpdatedAt(Moments.timestamp(now))
            .build();
  }

  private void noteLoss(Opening opening) {
    if (opening.why().kind() == Verdict.Kind.LOST) {
      var lost = opening.before().orElseThrow().getCurrent();
      events.add(
          new ServiceEvent.Lost(
              replica(lost),
              lost.getHostId(),
              lost.getHostName(),
              opening.why().reason(),
              at.now()));
    }
  }

  private void notePlaced(Opening opening, Task task) {
    var before = opening.before().map(ReplicaSlot::getCurrent).orElse(Task.getDefaultInstance());
    events.add(
        new ServiceEvent.Placed(
            replica(task),
            task.getHostId(),
            task.getHostName(),
            "%s; %s".formatted(opening.why().reason(), task.getReason()),
            before.getId(),
            before.getHostId(),
            before.getHostName(),
            at.now()));
  }

  public static ServiceEvent.Replica replica(Task task) {
    return new ServiceEvent.Replica(
        task.getServiceId(), task.getServiceName(), task.getId(), task.getSlot(), task.getEpoch());
  }
}
