package io.gantry.cluster.services;

import io.gantry.cluster.services.lifecycle.OwnReplica;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import java.util.Map;
import java.util.Optional;

/** How a container says whose replica it is: Docker's labels, and Gantry's. */
final class ReplicaLabels {
  private static final String SERVICE_ID = "com.docker.swarm.service.id";
  private static final String SERVICE_NAME = "com.docker.swarm.service.name";
  private static final String TASK_ID = "com.docker.swarm.task.id";
  private static final String SLOT = "gantry.service.slot";
  private static final String EPOCH = "gantry.service.epoch";

  private ReplicaLabels() {}

  static Map<String, String> of(Service service, Task task) {
    return Map.of(
        SERVICE_ID,
        service.getId(),
        SERVICE_NAME,
        service.getSpec().getName(),
        TASK_ID,
        task.getId(),
        "com.docker.swarm.task",
        "",
        "com.docker.swarm.task.name",
        ReplicaSpec.name(task),
        "com.docker.swarm.node.id",
        task.getHostId(),
        SLOT,
        slot(task),
        EPOCH,
        Long.toString(task.getEpoch()));
  }

  private static String slot(Task task) {
    return task.getSlot() == 0 ? task.getHostId() : Integer.toString(task.getSlot());
  }

  /** Empty: it is nobody's replica, whatever labels a user gave it. */
  static Optional<OwnReplica> read(Container container) {
    var labels = container.getSpec().getLabelsMap();
    var service = labels.getOrDefault(SERVICE_ID, "");
    var task = labels.getOrDefault(TASK_ID, "");
    var slot = labels.getOrDefault(SLOT, "");
    if (service.isEmpty() || task.isEmpty() || slot.isEmpty()) {
      return Optional.empty();
    }
    var replica =
        new ServiceEvent.Replica(
            service,
            labels.getOrDefault(SERVICE_NAME, ""),
            task,
            number(slot),
            epoch(labels.getOrDefault(EPOCH, "")));
    return Optional.of(new OwnReplica(container.getId(), slot, replica, container.getStatus()));
  }

  private static int number(String slot) {
    return slot.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(slot) : 0;
  }

  private static long epoch(String text) {
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }
}
