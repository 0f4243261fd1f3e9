package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.TaskState;
import io.gantry.protocol.v1.TaskStatus;
import java.time.Instant;

/** What a host says of a replica, read from its container. */
public final class Reporting {
  private Reporting() {}

  /** {@code host}: whose it is; {@code now}: for what has no time of its own. */
  public static TaskStatus of(OwnReplica replica, String host, Instant now) {
    var status = replica.status();
    var said =
        TaskStatus.newBuilder()
            .setHostId(host)
            .setContainerId(replica.containerId())
            .setPid(status.getPid());
    return switch (status.getState()) {
      case CREATED ->
          status.getError().isEmpty()
              ? said.setState(TaskState.TASK_STATE_STARTING)
                  .setMessage("starting")
                  .setAt(Moments.timestamp(now))
                  .build()
              : said.setState(TaskState.TASK_STATE_FAILED)
                  .setMessage("starting")
                  .setError(status.getError())
                  .setAt(Moments.timestamp(now))
                  .build();
      case RUNNING, PAUSED, RESTARTING -> running(said, status);
      case EXITED, REMOVING, DEAD, CONTAINER_STATE_UNSPECIFIED, UNRECOGNIZED ->
          over(said, replica, now);
    };
  }

  /** One with a health check is starting until it has been found healthy. */
  private static TaskStatus running(TaskStatus.Builder said, ContainerStatus status) {
    var waits = status.hasHealth() && status.getHealth().getStatus().equals("starting");
    return said.setState(waits ? TaskState.TASK_STATE_STARTING : TaskState.TASK_STATE_RUNNING)
        .setMessage(waits ? "starting" : "started")
        .setAt(status.getStartedAt())
        .build();
  }

  /** One that ended while it was unhealthy has failed, whatever it said in the end. */
  private static TaskStatus over(TaskStatus.Builder said, OwnReplica replica, Instant now) {
    var status = replica.status();
    var code = status.getExitCode();
    said.setExitCode(code)
        .setPid(0)
        .setAt(status.hasFinishedAt() ? status.getFinishedAt() : Moments.timestamp(now));
    if (code == 0 && status.getError().isEmpty() && !replica.isUnhealthy()) {
      return said.setState(TaskState.TASK_STATE_COMPLETE).setMessage("finished").build();
    }
    return said.setState(TaskState.TASK_STATE_FAILED)
        .setMessage("started")
        .setError(status.getError().isEmpty() ? why(replica, code) : status.getError())
        .build();
  }

  private static String why(OwnReplica replica, int code) {
    var exit = code == 0 ? "task: exit (0)" : "task: non-zero exit (%d)".formatted(code);
    return replica.isUnhealthy() ? exit + ": unhealthy container" : exit;
  }
}
