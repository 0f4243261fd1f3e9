package io.gantry.agent;

import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.util.Collection;

/** How many replicas of a service run, and how many there are to be. */
public record ServiceProgress(int running, int wanted) {
  /**
   * @param tasks of any service, also those that were
   */
  public static ServiceProgress of(Service service, Collection<Task> tasks) {
    var wanted =
        tasks.stream()
            .filter(task -> task.getServiceId().equals(service.getId()))
            .filter(ServiceProgress::isWanted)
            .toList();
    var running =
        wanted.stream().filter(task -> task.getState() == TaskState.TASK_STATE_RUNNING).count();
    return new ServiceProgress(
        (int) running,
        switch (service.getSpec().getModeCase()) {
          case GLOBAL -> (int) wanted.stream().map(Task::getHostId).distinct().count();
          case REPLICATED -> service.getSpec().getReplicated().getReplicas();
          case MODE_NOT_SET -> 1;
        });
  }

  /** Not one that was, or that is about to end. */
  public static boolean isWanted(Task task) {
    return task.getDesiredState() == TaskState.TASK_STATE_RUNNING;
  }
}
