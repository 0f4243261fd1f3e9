package io.gantry.cluster.services;

import io.gantry.agent.Outcome;
import io.gantry.cluster.services.lifecycle.TaskStates;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeSettings;
import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map.Entry;
import java.util.function.Function;

/** What clients are shown. {@code oldest}: id of the host that decides about services. */
record Reading(Known known, String oldest) {
  List<Service> services() {
    return known.intended().services().values().stream()
        .sorted(Comparator.comparing(service -> service.getSpec().getName()))
        .toList();
  }

  Outcome<Service> service(String reference) {
    return known.belongs()
        ? find(
            "service",
            reference,
            services(),
            Service::getId,
            service -> service.getSpec().getName())
        : alone();
  }

  List<Task> tasks() {
    var tasks = new ArrayList<Task>();
    for (var service : services()) {
      known.intended().slotsOf(service.getId()).entrySet().stream()
          .sorted(
              Comparator.comparingInt(
                      (Entry<String, ReplicaSlot> slot) -> slot.getValue().getCurrent().getSlot())
                  .thenComparing(Entry::getKey))
          .forEach(
              slot -> {
                tasks.add(TaskStates.now(slot.getValue().getCurrent(), known.statuses()));
                if (slot.getValue().hasLeaving()) {
                  tasks.add(TaskStates.now(slot.getValue().getLeaving(), known.statuses()));
                }
                tasks.addAll(slot.getValue().getPastList());
              });
    }
    return tasks;
  }

  Outcome<Task> task(String reference) {
    return known.belongs() ? find("task", reference, tasks(), Task::getId, Task::getId) : alone();
  }

  List<Node> nodes() {
    return known.view().getHostsList().stream().map(this::shown).toList();
  }

  private Node shown(ClusterHost host) {
    var settings = known.settings().getOrDefault(host.getId(), NodeSettings.getDefaultInstance());
    return Node.newBuilder()
        .setHost(host)
        .setAvailability(known.availability(host))
        .putAllLabels(settings.getLabelsMap())
        .setVersion(settings.getVersion() + 1)
        .setLeader(host.getId().equals(oldest))
        .build();
  }

  Outcome<Node> node(String reference) {
    var meant = reference.equals("self") ? known.selfId() : reference;
    return known.belongs()
        ? find(
            "node",
            meant,
            nodes(),
            node -> node.getHost().getId(),
            node -> node.getHost().getName())
        : alone();
  }

  private static <T> Outcome<T> alone() {
    return Outcome.refused(ErrorKind.CONFLICT, "this host belongs to no cluster");
  }

  private static <T> Outcome<T> find(
      String kind,
      String reference,
      Collection<T> all,
      Function<T, String> id,
      Function<T, String> name) {
    for (var key : List.of(id, name)) {
      for (var one : all) {
        if (key.apply(one).equals(reference)) {
          return Outcome.done(one);
        }
      }
    }
    var meant =
        reference.isEmpty()
            ? List.<T>of()
            : all.stream().filter(one -> id.apply(one).startsWith(reference)).toList();
    return switch (meant.size()) {
      case 0 -> Outcome.refused(ErrorKind.NOT_FOUND, "%s %s not found".formatted(kind, reference));
      case 1 -> Outcome.done(meant.getFirst());
      default ->
          Outcome.refused(
              ErrorKind.INVALID,
              "%s %s is ambiguous (%d matches found)".formatted(kind, reference, meant.size()));
    };
  }
}
