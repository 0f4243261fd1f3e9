package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a host does about its own replicas. It begins one only while it hears a majority of the
 * cluster's hosts, and gives one up only when it knows what a majority intends; cut off, it does
 * neither, and what runs goes on.
 */
public final class Keeping {
  private Keeping() {}

  /** What to do with one replica. */
  public sealed interface Action {
    String taskId();

    /** Make its container and start it. */
    record Begin(Service service, Task task) implements Action {
      @Override
      public String taskId() {
        return task.getId();
      }
    }

    /** Its container is there and has not been started. */
    record Start(Task task, String containerId) implements Action {
      @Override
      public String taskId() {
        return task.getId();
      }
    }

    /** Stop it, and let its container stay: what comes then is the controller's to decide. */
    record Stop(OwnReplica replica) implements Action {
      @Override
      public String taskId() {
        return replica.replica().taskId();
      }
    }

    /** Stop it and remove its container: it is not this host's any more. */
    record GiveUp(OwnReplica replica, String reason) implements Action {
      @Override
      public String taskId() {
        return replica.replica().taskId();
      }
    }
  }

  /**
   * @param self this host's id
   * @param whole it hears a majority of all hosts
   * @param informed it has what a majority intended when it began to take part
   * @param own containers of this host that are or were replicas
   * @param busy tasks that something is being done about, or that could not be begun
   */
  public record Situation(
      String self,
      boolean whole,
      boolean informed,
      Intended intended,
      Collection<OwnReplica> own,
      Set<String> busy) {}

  public static List<Action> decide(Situation at) {
    var actions = new ArrayList<Action>();
    if (!at.informed()) {
      return actions;
    }
    var present = new HashSet<String>();
    for (var replica : at.own()) {
      var taskId = replica.replica().taskId();
      present.add(taskId);
      if (!at.busy().contains(taskId)) {
        about(at, replica, actions);
      }
    }
    if (at.whole()) {
      at.intended()
          .services()
          .values()
          .forEach(
              service ->
                  at.intended()
                      .slotsOf(service.getId())
                      .values()
                      .forEach(slot -> begin(at, service, slot.getCurrent(), present, actions)));
    }
    return actions;
  }

  private static void about(Situation at, OwnReplica replica, List<Action> actions) {
    var name = replica.replica();
    var slot = at.intended().slotsOf(name.serviceId()).get(replica.slot());
    var own = slot == null ? Optional.<Task>empty() : held(at.self(), slot, name.taskId());
    if (own.isPresent()) {
      keep(at, replica, own.get(), actions);
      return;
    }
    var remembered =
        slot != null
            && slot.getPastList().stream().anyMatch(past -> past.getId().equals(name.taskId()));
    if (remembered && !replica.isAlive() && !replica.isFresh()) {
      return; // Its log may be read until it is forgotten.
    }
    actions.add(new Action.GiveUp(replica, why(at, name.serviceId(), slot)));
  }

  private static Optional<Task> held(String self, ReplicaSlot slot, String taskId) {
    return Stream.of(slot.getCurrent(), slot.getLeaving())
        .filter(task -> task.getId().equals(taskId) && task.getHostId().equals(self))
        .findFirst();
  }

  /** One that is to end is only stopped: it holds its slot until the next one does. */
  private static void keep(Situation at, OwnReplica replica, Task task, List<Action> actions) {
    if (task.getDesiredState() == TaskState.TASK_STATE_SHUTDOWN) {
      if (replica.isAlive()) {
        actions.add(new Action.Stop(replica));
      } else if (replica.isFresh()) {
        actions.add(new Action.GiveUp(replica, "another is to take its place"));
      }
    } else if (at.whole() && replica.isFresh()) {
      actions.add(new Action.Start(task, replica.containerId()));
    } else if (at.whole() && replica.isAlive() && replica.isUnhealthy()) {
      actions.add(new Action.Stop(replica));
    }
  }

  /**
   * Tasks of this host that are to end and of which there is nothing that could, nor will be: they
   * have ended.
   */
  public static List<String> ended(Situation at) {
    var present = new HashSet<>(at.busy());
    at.own().forEach(replica -> present.add(replica.replica().taskId()));
    return at.intended().slots().values().stream()
        .flatMap(slots -> slots.values().stream())
        .map(ReplicaSlot::getCurrent)
        .filter(task -> task.getHostId().equals(at.self()))
        .filter(task -> task.getDesiredState() == TaskState.TASK_STATE_SHUTDOWN)
        .map(Task::getId)
        .filter(task -> at.informed() && !present.contains(task))
        .toList();
  }

  private static String why(Situation at, String serviceId, @Nullable ReplicaSlot slot) {
    if (!at.intended().services().containsKey(serviceId)) {
      return "the service was removed";
    }
    if (slot == null) {
      return "the service has fewer replicas now";
    }
    var holder = slot.getCurrent();
    return holder.getHostId().isEmpty()
        ? "no host is to run it"
        : "replica %s on host %s took its place in epoch %d"
            .formatted(holder.getId(), holder.getHostName(), holder.getEpoch());
  }

  private static void begin(
      Situation at, Service service, Task task, Set<String> present, List<Action> actions) {
    if (task.getHostId().equals(at.self())
        && task.getDesiredState() == TaskState.TASK_STATE_RUNNING
        && !TaskStates.isOver(task.getState())
        && task.getTemplateVersion() == service.getTemplateVersion()
        && !present.contains(task.getId())
        && !at.busy().contains(task.getId())) {
      actions.add(new Action.Begin(service, task));
    }
  }
}
