package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.TaskState;
import io.gantry.protocol.v1.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which slots a service is to have. */
final class Slots {
  private Slots() {}

  static Collection<String> wanted(
      Service service,
      Map<String, ReplicaSlot> slots,
      Map<String, ServiceHost> hosts,
      Map<String, TaskStatus> statuses) {
    return service.getSpec().hasGlobal()
        ? global(service, slots, hosts)
        : replicated(count(service), slots, statuses);
  }

  static int count(Service service) {
    return service.getSpec().hasReplicated() ? service.getSpec().getReplicated().getReplicas() : 1;
  }

  /** One on each host that meets the constraints; a host that is away keeps its own. */
  private static Collection<String> global(
      Service service, Map<String, ReplicaSlot> slots, Map<String, ServiceHost> hosts) {
    var wanted = new TreeSet<String>();
    for (var host : hosts.values()) {
      var fits = !host.isDrained() && Choice.unmet(service, host).isEmpty();
      if (fits && (slots.containsKey(host.id()) || (host.isUp() && !host.isPaused()))) {
        wanted.add(host.id());
      }
    }
    return wanted;
  }

  /**
   * As many as are asked for: of too many those stay that run, then those with the lowest numbers;
   * of too few the lowest free numbers are added.
   */
  private static List<String> replicated(
      int count, Map<String, ReplicaSlot> slots, Map<String, TaskStatus> statuses) {
    var wanted = new ArrayList<>(slots.keySet());
    wanted.sort(
        Comparator.comparing((String slot) -> !runs(slots.get(slot), statuses))
            .thenComparing(Slots::number)
            .thenComparing(slot -> slot));
    if (wanted.size() > count) {
      wanted.subList(count, wanted.size()).clear();
    }
    for (var number = 1; wanted.size() < count; number++) {
      var slot = Integer.toString(number);
      if (!slots.containsKey(slot)) {
        wanted.add(slot);
      }
    }
    wanted.sort(Comparator.comparing(Slots::number));
    return wanted;
  }

  /** Slots of another mode come last. */
  private static int number(String slot) {
    try {
      return Integer.parseInt(slot);
    } catch (NumberFormatException _) {
      return Integer.MAX_VALUE;
    }
  }

  private static boolean runs(@Nullable ReplicaSlot slot, Map<String, TaskStatus> statuses) {
    return slot != null
        && (slot.hasLeaving()
            || TaskStates.now(slot.getCurrent(), statuses).getState()
                == TaskState.TASK_STATE_RUNNING);
  }
}
