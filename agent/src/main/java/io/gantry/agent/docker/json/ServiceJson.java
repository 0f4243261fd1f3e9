package io.gantry.agent.docker.json;

import io.gantry.agent.ServiceProgress;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;

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
          if (isUpdate(service)) {
            json.object("UpdateStatus", () -> update(json, service, tasks));
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

  /** The last change was of what replicas are made from, not of their number alone. */
  private static boolean isUpdate(Service service) {
    return service.hasPreviousSpec() && service.getTemplateVersion() == service.getVersion();
  }

  private static void update(JsonWriter json, Service service, Collection<Task> tasks) {
    var over = isOver(service, tasks);
    json.text("State", over ? "completed" : "updating");
    json.time("StartedAt", service.getUpdatedAt());
    if (over) {
      json.time("CompletedAt", completed(service, tasks));
    }
    json.text("Message", over ? "update completed" : "update in progress");
  }

  private static boolean isOver(Service service, Collection<Task> tasks) {
    var wanted = tasks.stream().filter(ServiceProgress::isWanted).toList();
    return ServiceProgress.of(service, tasks).wanted() <= wanted.size()
        && wanted.stream().allMatch(task -> TaskJson.isUpToDate(task, service));
  }

  private static Instant completed(Service service, Collection<Task> tasks) {
    var updated = Moments.instant(service.getUpdatedAt());
    return tasks.stream()
        .filter(task -> TaskJson.isUpToDate(task, service))
        .map(task -> Moments.instant(task.getCreatedAt()))
        .max(Comparator.naturalOrder())
        .filter(updated::isBefore)
        .orElse(updated);
  }
}
