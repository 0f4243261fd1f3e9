package io.gantry.agent.docker.json;

import io.gantry.agent.ServiceProgress;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceUpdate;
import io.gantry.protocol.v1.ServiceUpdateState;
import io.gantry.protocol.v1.Task;
import java.util.Collection;

/** A service as {@code GET /services} and {@code GET /services/ID} show it. */
public final class ServiceJson {
  private ServiceJson() {}

  public record Shown(boolean defaults, boolean status) {}

  public static void write(JsonWriter json, Service service, Collection<Task> tasks, Shown shown) {
    var specs = new ServiceSpecJson(json, shown.defaults());
    var spec = service.getSpec();
    json.object(
        () -> {
          json.text("ID", service.getId());
          json.object("Version", () -> json.number("Index", service.getVersion()));
          json.time("CreatedAt", service.getCreatedAt());
          json.time("UpdatedAt", service.getUpdatedAt());
          json.object("Spec", () -> specs.write(spec));
          if (service.hasPreviousSpec()) {
            json.object(
                "PreviousSpec",
                () -> new ServiceSpecJson(json, false).write(service.getPreviousSpec()));
          }
          json.object(
              "Endpoint",
              () -> {
                json.object(
                    "Spec", () -> new ServiceSpecJson(json, false).endpoint(spec.getEndpoint()));
                if (spec.getEndpoint().getPortsCount() > 0) {
                  specs.ports(spec.getEndpoint());
                }
              });
          var state = word(service.getUpdate().getState());
          if (!state.isEmpty()) {
            json.object("UpdateStatus", () -> update(json, service.getUpdate(), state));
          }
          if (shown.status()) {
            status(json, ServiceProgress.of(service, tasks));
          }
        });
  }

  private static void status(JsonWriter json, ServiceProgress counts) {
    json.object(
        "ServiceStatus",
        () -> {
          json.number("RunningTasks", counts.running());
          json.number("DesiredTasks", counts.wanted());
          json.number("CompletedTasks", 0);
        });
  }

  private static void update(JsonWriter json, ServiceUpdate update, String state) {
    json.text("State", state);
    json.time("StartedAt", update.getStartedAt());
    if (update.hasCompletedAt()) {
      json.time("CompletedAt", update.getCompletedAt());
    }
    json.text("Message", update.getMessage());
  }

  /** Docker's word; empty: nothing was to be replaced. */
  private static String word(ServiceUpdateState state) {
    return switch (state) {
      case SERVICE_UPDATE_STATE_UPDATING -> "updating";
      case SERVICE_UPDATE_STATE_PAUSED -> "paused";
      case SERVICE_UPDATE_STATE_COMPLETED -> "completed";
      case SERVICE_UPDATE_STATE_ROLLBACK_STARTED -> "rollback_started";
      case SERVICE_UPDATE_STATE_ROLLBACK_PAUSED -> "rollback_paused";
      case SERVICE_UPDATE_STATE_ROLLBACK_COMPLETED -> "rollback_completed";
      case SERVICE_UPDATE_STATE_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}
