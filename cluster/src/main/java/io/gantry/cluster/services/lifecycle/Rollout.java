package io.gantry.cluster.services.lifecycle;

import io.gantry.persistence.event.ServiceEvent.Changed.Change;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceUpdate;
import io.gantry.protocol.v1.ServiceUpdateState;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the update of one service goes on: which new replicas have failed, whether that ends it, and
 * whether it is done. What comes of a slot is {@link Judge}'s.
 */
final class Rollout {
  /**
   * @param service as it is from now on
   * @param slots those that change
   * @param change what to record, if anything
   */
  record Step(Service service, Map<String, ReplicaSlot> slots, Optional<Change> change) {}

  private final Situation at;
  private final Service service;
  private final UpdatePolicy policy;
  private final Map<String, ReplicaSlot> slots;
  private final Map<String, ReplicaSlot> changed = new TreeMap<>();
  private final List<String> failed = new ArrayList<>();

  private Rollout(Situation at, Service service, Map<String, ReplicaSlot> slots) {
    this.at = at;
    this.service = service;
    this.policy = UpdatePolicy.of(service);
    this.slots = new TreeMap<>(slots);
  }

  /** {@code wanted}: slots that the service is to have. */
  static Step of(
      Situation at, Service service, Map<String, ReplicaSlot> slots, Collection<String> wanted) {
    var rollout = new Rollout(at, service, slots);
    rollout.slots.keySet().retainAll(wanted);
    rollout.slots.forEach(rollout::look);
    rollout.slots.putAll(rollout.changed);
    return rollout.step(wanted.size() == rollout.slots.size());
  }

  static boolean isRollback(ServiceUpdateState state) {
    return switch (state) {
      case SERVICE_UPDATE_STATE_ROLLBACK_STARTED,
          SERVICE_UPDATE_STATE_ROLLBACK_PAUSED,
          SERVICE_UPDATE_STATE_ROLLBACK_COMPLETED ->
          true;
      case SERVICE_UPDATE_STATE_UPDATING,
          SERVICE_UPDATE_STATE_PAUSED,
          SERVICE_UPDATE_STATE_COMPLETED,
          SERVICE_UPDATE_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }

  /** Whether slots are taken up. */
  static boolean goesOn(Service service) {
    return switch (service.getUpdate().getState()) {
      case SERVICE_UPDATE_STATE_UPDATING, SERVICE_UPDATE_STATE_ROLLBACK_STARTED -> true;
      case SERVICE_UPDATE_STATE_ROLLBACK_PAUSED,
          SERVICE_UPDATE_STATE_ROLLBACK_COMPLETED,
          SERVICE_UPDATE_STATE_PAUSED,
          SERVICE_UPDATE_STATE_COMPLETED,
          SERVICE_UPDATE_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }

  /** It is to be replaced, or is about to end for that. */
  static boolean isOutdated(Service service, Task task) {
    return task.getTemplateVersion() != service.getTemplateVersion()
        || task.getDesiredState() == TaskState.TASK_STATE_SHUTDOWN;
  }

  /** Whether a slot counts among those that are replaced at the same time. */
  static boolean isInFlight(Situation at, Service service, UpdatePolicy policy, Task task) {
    if (task.getDesiredState() == TaskState.TASK_STATE_SHUTDOWN) {
      return true;
    }
    if (isOutdated(service, task) || task.getUpdate() != service.getUpdate().getNumber()) {
      return false;
    }
    var since =
        TaskStates.isOver(task.getState())
            ? at.ended().getOrDefault(task.getId(), at.now())
            : at.ran().get(task.getId());
    return since == null || since.plus(policy.delay()).isAfter(at.now());
  }

  // -- each slot

  private void look(String key, ReplicaSlot slot) {
    var task = TaskStates.now(slot.getCurrent(), at.statuses());
    var next = slot.toBuilder();
    if (isMade(task) && slot.getFailedUpdate() != task.getUpdate() && hasFailed(task)) {
      failed.add(task.getId());
      next.setFailedUpdate(task.getUpdate());
    }
    if (slot.hasLeaving() && mayGo(slot.getLeaving(), task)) {
      var left = TaskStates.now(slot.getLeaving(), at.statuses());
      Governing.remember(
          next.clearLeaving(), Governing.left(left, "another runs in its place", false, at.now()));
    }
    if (!next.build().equals(slot)) {
      changed.put(key, next.build());
    }
  }

  private boolean isMade(Task task) {
    return service.getUpdate().getNumber() != 0
        && task.getUpdate() == service.getUpdate().getNumber();
  }

  private boolean hasFailed(Task task) {
    return switch (task.getState()) {
      case TASK_STATE_COMPLETE, TASK_STATE_FAILED, TASK_STATE_REJECTED -> {
        var ran = at.ran().get(task.getId());
        var ended = at.ended().getOrDefault(task.getId(), at.now());
        yield ran == null || !ended.isAfter(ran.plus(policy.monitor()));
      }
      case TASK_STATE_UNSPECIFIED,
          TASK_STATE_NEW,
          TASK_STATE_PENDING,
          TASK_STATE_ASSIGNED,
          TASK_STATE_ACCEPTED,
          TASK_STATE_PREPARING,
          TASK_STATE_READY,
          TASK_STATE_STARTING,
          TASK_STATE_RUNNING,
          TASK_STATE_SHUTDOWN,
          TASK_STATE_REMOVE,
          TASK_STATE_ORPHANED,
          UNRECOGNIZED ->
          false;
    };
  }

  /** Another runs in its place, or it runs no more itself. */
  private boolean mayGo(Task leaving, Task current) {
    var host = at.hosts().get(leaving.getHostId());
    return current.getState() == TaskState.TASK_STATE_RUNNING
        || host == null
        || host.isAway()
        || host.isDrained()
        || TaskStates.isOver(TaskStates.now(leaving, at.statuses()).getState());
  }

  /**
   * Where the one that is about to go is what the service wants again, and the one that came for it
   * does not run yet, it stays.
   */
  static Optional<ReplicaSlot> takenBack(Situation at, Service service, ReplicaSlot slot) {
    var task = TaskStates.now(slot.getCurrent(), at.statuses());
    if (!slot.hasLeaving()
        || isOutdated(service, slot.getLeaving())
        || !isOutdated(service, task)
        || task.getState() == TaskState.TASK_STATE_RUNNING) {
      return Optional.empty();
    }
    var next = slot.toBuilder().setCurrent(slot.getLeaving()).clearLeaving();
    Governing.remember(next, Governing.left(task, "the one before stays", false, at.now()));
    return Optional.of(next.build());
  }

  // -- the whole

  private Step step(boolean complete) {
    var dirty =
        (int)
            slots.values().stream().filter(slot -> isOutdated(service, slot.getCurrent())).count();
    return switch (service.getUpdate().getState()) {
      case SERVICE_UPDATE_STATE_UPDATING, SERVICE_UPDATE_STATE_ROLLBACK_STARTED ->
          goesOn(complete, dirty);
      case SERVICE_UPDATE_STATE_UNSPECIFIED ->
          dirty == 0
              ? stays()
              : become(
                  update()
                      .setNumber(Math.max(1, service.getUpdate().getNumber()))
                      .setStartedAt(Moments.timestamp(at.now()))
                      .setTotal(dirty),
                  ServiceUpdateState.SERVICE_UPDATE_STATE_UPDATING,
                  "update in progress",
                  Change.UPDATE_STARTED);
      case SERVICE_UPDATE_STATE_PAUSED,
          SERVICE_UPDATE_STATE_COMPLETED,
          SERVICE_UPDATE_STATE_ROLLBACK_PAUSED,
          SERVICE_UPDATE_STATE_ROLLBACK_COMPLETED,
          UNRECOGNIZED ->
          stays();
    };
  }

  private Step goesOn(boolean complete, int dirty) {
    var rollback = isRollback(service.getUpdate().getState());
    if (rollback && service.getUpdate().getTotal() == 0 && dirty > 0) {
      // It has just begun.
      var begun = service.toBuilder().setUpdate(update().setTotal(dirty)).build();
      return new Step(begun, changed, Optional.empty());
    }
    if (!failed.isEmpty() && tooMany()) {
      switch (policy.onFailure()) {
        case CONTINUE -> {}
        case PAUSE -> {
          return paused(rollback);
        }
        case ROLL_BACK -> {
          return rollback || !service.hasPreviousSpec() ? paused(rollback) : rolledBack();
        }
      }
    }
    return complete && dirty == 0 && slots.values().stream().allMatch(this::isSettled)
        ? completed(rollback)
        : stays();
  }

  private boolean tooMany() {
    var failures =
        slots.values().stream()
            .filter(slot -> slot.getFailedUpdate() == service.getUpdate().getNumber())
            .count();
    return failures > policy.ratio() * Math.max(1, service.getUpdate().getTotal());
  }

  /** What the update has made runs long enough, or has ended. */
  private boolean isSettled(ReplicaSlot slot) {
    var task = TaskStates.now(slot.getCurrent(), at.statuses());
    if (slot.hasLeaving()) {
      return false;
    }
    var ran = at.ran().get(task.getId());
    return !isMade(task)
        || TaskStates.isOver(task.getState())
        || (ran != null && !ran.plus(policy.monitor()).isAfter(at.now()));
  }

  private Step stays() {
    return new Step(service, changed, Optional.empty());
  }

  private ServiceUpdate.Builder update() {
    return service.getUpdate().toBuilder();
  }

  private Step become(
      ServiceUpdate.Builder update, ServiceUpdateState state, String message, Change change) {
    return new Step(
        service.toBuilder().setUpdate(update.setState(state).setMessage(message)).build(),
        changed,
        Optional.of(change));
  }

  private Step paused(boolean rollback) {
    var message =
        "%s paused due to failure or early termination of task %s"
            .formatted(rollback ? "rollback" : "update", failed.getFirst());
    return rollback
        ? become(
            update(),
            ServiceUpdateState.SERVICE_UPDATE_STATE_ROLLBACK_PAUSED,
            message,
            Change.ROLLBACK_PAUSED)
        : become(
            update(),
            ServiceUpdateState.SERVICE_UPDATE_STATE_PAUSED,
            message,
            Change.UPDATE_PAUSED);
  }

  private Step completed(boolean rollback) {
    var update = update().setCompletedAt(Moments.timestamp(at.now()));
    return rollback
        ? become(
            update,
            ServiceUpdateState.SERVICE_UPDATE_STATE_ROLLBACK_COMPLETED,
            "rollback completed",
            Change.ROLLBACK_COMPLETED)
        : become(
            update,
            ServiceUpdateState.SERVICE_UPDATE_STATE_COMPLETED,
            "update completed",
            Change.UPDATE_COMPLETED);
  }

  private Step rolledBack() {
    return new Step(
        Revisions.rolledBack(service, at.version(), at.now(), failed.getFirst()),
        changed,
        Optional.of(Change.ROLLBACK_STARTED));
  }
}
