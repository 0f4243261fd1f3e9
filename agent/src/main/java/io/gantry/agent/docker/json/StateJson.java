package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.HealthStatus;

/** State as inspect shows it. */
public final class StateJson {
  private StateJson() {}

  /** The state's name in lists, inspects and filters. */
  public static String name(ContainerState state) {
    return switch (state) {
      case CREATED, CONTAINER_STATE_UNSPECIFIED, UNRECOGNIZED -> "created";
      case RUNNING -> "running";
      case PAUSED -> "paused";
      case RESTARTING -> "restarting";
      case EXITED -> "exited";
      case REMOVING -> "removing";
      case DEAD -> "dead";
    };
  }

  static void write(JsonWriter json, Container container) {
    var status = container.getStatus();
    var state = status.getState();
    json.text("Status", name(state));
    json.flag("Running", isRunning(status));
    json.flag("Paused", state == ContainerState.PAUSED);
    json.flag("Restarting", state == ContainerState.RESTARTING);
    json.flag("OOMKilled", status.getOomKilled());
    json.flag("Dead", state == ContainerState.DEAD);
    json.number("Pid", status.getPid());
    json.number("ExitCode", status.getExitCode());
    json.text("Error", status.getError());
    json.time("StartedAt", status.getStartedAt());
    json.time("FinishedAt", status.getFinishedAt());
    if (status.hasHealth()) {
      json.object("Health", () -> health(json, status.getHealth()));
    }
  }

  /** Docker counts a container that waits for its restart as running. */
  public static boolean isRunning(ContainerStatus status) {
    return switch (status.getState()) {
      case RUNNING, PAUSED, RESTARTING -> true;
      case CREATED, EXITED, REMOVING, DEAD, CONTAINER_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  private static void health(JsonWriter json, HealthStatus health) {
    json.text("Status", health.getStatus());
    json.number("FailingStreak", health.getFailingStreak());
    json.array(
        "Log",
        health.getLogList(),
        result ->
            json.object(
                () -> {
                  json.time("Start", result.getStart());
                  json.time("End", result.getEnd());
                  json.number("ExitCode", result.getExitCode());
                  json.text("Output", result.getOutput());
                }));
  }
}
