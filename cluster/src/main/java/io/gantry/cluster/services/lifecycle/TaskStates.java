package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import io.gantry.protocol.v1.TaskStatus;
import java.util.Map;

/** How far replicas are. */
public final class TaskStates {
  private TaskStates() {}

  /** It runs no more and will not by itself. */
  public static boolean isOver(TaskState state) {
    return switch (state) {
      case TASK_STATE_COMPLETE,
          TASK_STATE_SHUTDOWN,
          TASK_STATE_FAILED,
          TASK_STATE_REJECTED,
          TASK_STATE_REMOVE,
          TASK_STATE_ORPHANED ->
          true;
      case TASK_STATE_UNSPECIFIED,
          TASK_STATE_NEW,
          TASK_STATE_PENDING,
          TASK_STATE_ASSIGNED,
          TASK_STATE_ACCEPTED,
          TASK_STATE_PREPARING,
          TASK_STATE_READY,
          TASK_STATE_STARTING,
          TASK_STATE_RUNNING,
          UNRECOGNIZED ->
          false;
    };
  }

  public static boolean isFailure(TaskState state) {
    return state == TaskState.TASK_STATE_FAILED || state == TaskState.TASK_STATE_REJECTED;
  }

  /** The task as its host says that it is; as it was placed where the host has said nothing. */
  public static Task now(Task task, Map<String, TaskStatus> statuses) {
    var said = statuses.get(task.getId());
    if (said == null || !said.getHostId().equals(task.getHostId())) {
      return task;
    }
    var now =
        task.toBuilder()
            .setState(said.getState())
            .setMessage(said.getMessage())
            .setError(said.getError())
            .setContainerId(said.getContainerId())
            .setPid(said.getPid())
            .setUpdatedAt(said.getAt());
    if (said.hasExitCode()) {
      now.setExitCode(said.getExitCode());
    }
    if (task.getDesiredState() == TaskState.TASK_STATE_SHUTDOWN && isOver(said.getState())) {
      // However it ended, that is what it was to come to.
      now.setState(TaskState.TASK_STATE_SHUTDOWN).setMessage("shutdown").clearError();
    }
    return now.build();
  }
}
