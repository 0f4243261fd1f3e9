package io.gantry.agent.docker;

import io.gantry.agent.ServiceProgress;
import io.gantry.agent.Services;
import io.gantry.agent.docker.json.TaskJson;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The filters of lists of services, tasks and nodes. Ids and names match from their beginning. */
final class ServiceFilter {
  private static final Set<String> OF_SERVICES = Set.of("id", "label", "mode", "name", "runtime");
  private static final Set<String> OF_TASKS =
      Set.of("_up-to-date", "desired-state", "id", "label", "name", "node", "runtime", "service");
  private static final Set<String> OF_NODES =
      Set.of("id", "label", "membership", "name", "node.label", "role");
  private static final Set<String> DESIRED = Set.of("running", "shutdown", "accepted");

  private ServiceFilter() {}

  static Predicate<Service> services(Optional<String> text) {
    var filters = Filters.parse(text, OF_SERVICES);
    return service ->
        filters.any("id", service.getId()::startsWith)
            && filters.any("name", service.getSpec().getName()::startsWith)
            && filters.any("mode", mode(service)::equals)
            && filters.any("runtime", "container"::equals)
            && filters.labels("label", service.getSpec().getLabelsMap());
  }

  private static String mode(Service service) {
    return switch (service.getSpec().getModeCase()) {
      case GLOBAL -> "global";
      case REPLICATED, MODE_NOT_SET -> "replicated";
    };
  }

  /** A service or a node that is named and not known is refused, as Docker does it. */
  static Predicate<Task> tasks(Optional<String> text, Services services) {
    var filters = Filters.parse(text, OF_TASKS);
    check(filters, "desired-state", DESIRED);
    var ofServices =
        filters.get("service").stream()
            .map(name -> Replies.require(services.inspect(name)).getId())
            .toList();
    var onNodes =
        filters.get("node").stream()
            .map(name -> Replies.require(services.node(name)).getHost().getId())
            .toList();
    var upToDate = filters.bool("_up-to-date");
    var known = byId(services);
    return task ->
        filters.any("id", task.getId()::startsWith)
            && filters.any("name", TaskJson.name(task)::startsWith)
            && filters.any("desired-state", desired(task)::equals)
            && filters.any("runtime", "container"::equals)
            && (ofServices.isEmpty() || ofServices.contains(task.getServiceId()))
            && (onNodes.isEmpty() || onNodes.contains(task.getHostId()))
            && filters.labels("label", labels(known, task))
            && upToDate.map(wanted -> wanted == isUpToDate(known, task)).orElse(true);
  }

  static Map<String, Service> byId(Services services) {
    return services.list().stream()
        .collect(Collectors.toMap(Service::getId, Function.identity(), (one, _) -> one));
  }

  private static String desired(Task task) {
    return ServiceProgress.isWanted(task) ? "running" : "shutdown";
  }

  private static Map<String, String> labels(Map<String, Service> known, Task task) {
    var service = known.get(task.getServiceId());
    return service == null ? Map.of() : service.getSpec().getLabelsMap();
  }

  private static boolean isUpToDate(Map<String, Service> known, Task task) {
    var service = known.get(task.getServiceId());
    return service != null && TaskJson.isUpToDate(task, service);
  }

  static Predicate<Node> nodes(Optional<String> text) {
    var filters = Filters.parse(text, OF_NODES);
    check(filters, "membership", Set.of("accepted", "pending"));
    check(filters, "role", Set.of("manager", "worker"));
    return node ->
        filters.any("id", node.getHost().getId()::startsWith)
            && filters.any("name", node.getHost().getName()::startsWith)
            && filters.any("membership", "accepted"::equals)
            && filters.any("role", "manager"::equals)
            && filters.labels("label", Map.of())
            && filters.labels("node.label", node.getLabelsMap());
  }

  private static void check(Filters filters, String key, Set<String> known) {
    for (var value : filters.get(key)) {
      if (!known.contains(value)) {
        throw Refusal.invalid("Invalid %s filter: '%s'".formatted(key, value));
      }
    }
  }

  /** Those of a service. */
  static List<Task> of(Service service, List<Task> tasks) {
    return tasks.stream().filter(task -> task.getServiceId().equals(service.getId())).toList();
  }
}
