package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Judges the slots of one service, one after the other. */
final class Judge {
  private final Situation at;
  private final Service service;

  /** How many more may be replaced because they are outdated. */
  private long allowed;

  Judge(Situation at, Service service, Map<String, ReplicaSlot> slots, Collection<String> wanted) {
    this.at = at;
    this.service = service;
    var policy = UpdatePolicy.of(service);
    var inFlight =
        wanted.stream()
            .flatMap(slot -> Optional.ofNullable(slots.get(slot)).stream())
            .map(slot -> TaskStates.now(slot.getCurrent(), at.statuses()))
            .filter(task -> Rollout.isInFlight(at, service, policy, task))
            .count();
    this.allowed = Rollout.goesOn(service) ? Math.max(0, policy.parallelism() - inFlight) : 0;
  }

  Verdict verdict(String slot, Optional<ReplicaSlot> known) {
    if (known.isEmpty()) {
      return new Verdict.Vacate(Verdict.Kind.NEW, "new", false);
    }
    var task = TaskStates.now(known.get().getCurrent(), at.statuses());
    if (task.getHostId().isEmpty()) {
      return new Verdict.Vacate(Verdict.Kind.NEW, "it waited for a host", false);
    }
    var host = at.hosts().get(task.getHostId());
    if (host == null || host.isAway()) {
      return absent(task, host != null, known.get());
    }
    if (TaskStates.isOver(task.getState())) {
      return ended(task, known.get());
    }
    if (task.getDesiredState() == TaskState.TASK_STATE_SHUTDOWN) {
      return new Verdict.Stay(); // Until it has ended.
    }
    if (host.isDrained()) {
      return new Verdict.Vacate(
          Verdict.Kind.MOVED, "host %s is drained".formatted(host.name()), false);
    }
    var unmet = Choice.unmet(service, host);
    if (unmet.isPresent()) {
      return new Verdict.Vacate(
          Verdict.Kind.MOVED, "host %s: %s".formatted(host.name(), unmet.get()), false);
    }
    return Rollout.isOutdated(service, task) ? outdated() : new Verdict.Stay();
  }

  /** What was over before its host went is as if it were there: nothing was lost. */
  private Verdict absent(Task task, boolean belongs, ReplicaSlot slot) {
    if (service.getSpec().hasGlobal()) {
      return new Verdict.Stay();
    }
    if (TaskStates.isOver(task.getState())) {
      return ended(task, slot);
    }
    return new Verdict.Vacate(
        Verdict.Kind.LOST,
        "host %s %s"
            .formatted(task.getHostName(), belongs ? "is away" : "belongs to the cluster no more"),
        false);
  }

  private Verdict ended(Task task, ReplicaSlot slot) {
    if (Rollout.isOutdated(service, task)) {
      return new Verdict.Vacate(Verdict.Kind.OUTDATED, "the specification has changed", false);
    }
    var seen = at.ended().getOrDefault(task.getId(), at.now());
    return Restarts.next(service.getSpec(), slot, task.getState(), seen)
        .<Verdict>map(
            when ->
                when.isAfter(at.now())
                    ? new Verdict.Later()
                    : new Verdict.Vacate(Verdict.Kind.ENDED, why(task), false))
        .orElseGet(Verdict.Stay::new);
  }

  private static String why(Task task) {
    return task.getError().isEmpty() ? "it has ended" : task.getError();
  }

  private Verdict outdated() {
    if (allowed <= 0) {
      return new Verdict.Stay();
    }
    allowed--;
    return new Verdict.Vacate(Verdict.Kind.OUTDATED, "the specification has changed", true);
  }
}
