package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.util.Locale;
import java.util.Optional;

/** One incarnation of a replica as {@code GET /tasks} shows it. */
public final class TaskJson {
  private static final int PREFIX = "TASK_STATE_".length();

  private TaskJson() {}

  public static boolean isUpToDate(Task task, Service service) {
    return task.getTemplateVersion() == service.getTemplateVersion();
  }

  /** As Docker names a task: the service, the slot or the host of a global one, the task. */
  public static String name(Task task) {
    return String.join(
        ".",
        task.getServiceName(),
        task.getSlot() > 0 ? Integer.toString(task.getSlot()) : task.getHostId(),
        task.getId());
  }

  /** Docker's word. */
  public static String word(TaskState state) {
    return switch (state) {
      case TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> "new";
      case TASK_STATE_NEW,
          TASK_STATE_PENDING,
          TASK_STATE_ASSIGNED,
          TASK_STATE_ACCEPTED,
          TASK_STATE_PREPARING,
          TASK_STATE_READY,
          TASK_STATE_STARTING,
          TASK_STATE_RUNNING,
          TASK_STATE_COMPLETE,
          TASK_STATE_SHUTDOWN,
          TASK_STATE_FAILED,
          TASK_STATE_REJECTED,
          TASK_STATE_REMOVE,
          TASK_STATE_ORPHANED ->
          state.name().substring(PREFIX).toLowerCase(Locale.ROOT);
    };
  }

  /**
   * @param service empty: it is removed, and the task is about to go
   */
  public static void write(JsonWriter json, Task task, Optional<Service> service) {
    json.object(
        () -> {
          json.text("ID", task.getId());
          json.object("Version", () -> json.number("Index", task.getVersion()));
          json.time("CreatedAt", task.getCreatedAt());
          json.time("UpdatedAt", task.getUpdatedAt());
          json.object("Labels", () -> {});
          json.object(
              "Spec",
              () -> new ServiceSpecJson(json, false).taskTemplate(spec(task, service), false));
          json.text("ServiceID", task.getServiceId());
          json.numberIfGiven("Slot", task.getSlot());
          json.textIfGiven("NodeID", task.getHostId());
          json.object("Status", () -> status(json, task));
          json.text("DesiredState", word(task.getDesiredState()));
        });
  }

  /** What it was made from, as far as that is still known. */
  private static ServiceSpec spec(Task task, Optional<Service> service) {
    return service
        .map(
            known ->
                isUpToDate(task, known) || !known.hasPreviousSpec()
                    ? known.getSpec()
                    : known.getPreviousSpec())
        .orElseGet(ServiceSpec::getDefaultInstance);
  }

  private static void status(JsonWriter json, Task task) {
    json.time("Timestamp", task.getUpdatedAt());
    json.text("State", word(task.getState()));
    json.textIfGiven("Message", task.getMessage());
    json.textIfGiven("Err", task.getError());
    if (!task.getContainerId().isEmpty()) {
      json.object(
          "ContainerStatus",
          () -> {
            json.text("ContainerID", task.getContainerId());
            json.number("PID", task.getPid());
            json.number("ExitCode", task.getExitCode());
          });
    }
    json.object("PortStatus", () -> {});
  }
}
