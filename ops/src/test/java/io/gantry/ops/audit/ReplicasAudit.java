package io.gantry.ops.audit;

import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.ReplicaPlacedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whether a replicated service is as it was asked for once the cluster is whole: each slot runs
 * once, nothing else of it does, all hosts say the same, and every replica that ever was had been
 * placed where it was.
 */
public final class ReplicasAudit {
  /** A task that is to run, and does, as a host says that was asked. */
  public record Told(String task, String slot, String host) {}

  private record Replica(String task, String slot, long epoch, String host, String container) {}

  private final String service;
  private final int count;
  private final List<String> complaints = new ArrayList<>();

  private ReplicasAudit(String service, int count) {
    this.service = service;
    this.count = count;
  }

  /**
   * @param count replicas that the service is to have
   * @param told by each host that was asked, what it says that runs of the service
   */
  public static List<String> complaints(
      String service,
      int count,
      List<HostEntry> merged,
      Collection<Alive> alive,
      Map<String, Set<Told>> told) {
    var audit = new ReplicasAudit(service, count);
    var replicas = audit.replicas(merged);
    audit.placed(replicas, merged);
    var running = audit.running(replicas, alive);
    audit.slots(running);
    audit.epochs(replicas, running);
    audit.same(running, told);
    return audit.complaints;
  }

  /** Those that ever had a container, by container. */
  private Map<String, Replica> replicas(List<HostEntry> merged) {
    var replicas = new TreeMap<String, Replica>();
    ContainersAudit.lives(merged)
        .forEach(
            (id, life) ->
                life.created()
                    .map(created -> created.getSpec().getLabelsMap())
                    .filter(labels -> service.equals(labels.get("com.docker.swarm.service.name")))
                    .ifPresent(labels -> replicas.put(id, replica(id, life.host(), labels))));
    return replicas;
  }

  private static Replica replica(String container, String host, Map<String, String> labels) {
    return new Replica(
        labels.getOrDefault("com.docker.swarm.task.id", ""),
        labels.getOrDefault("gantry.service.slot", ""),
        Long.parseLong(labels.getOrDefault("gantry.service.epoch", "0")),
        host,
        container);
  }

  private void placed(Map<String, Replica> replicas, List<HostEntry> merged) {
    var placed =
        merged.stream()
            .map(HostEntry::entry)
            .filter(JournalEntry::hasReplicaPlaced)
            .map(JournalEntry::getReplicaPlaced)
            .collect(
                Collectors.toMap(
                    event -> event.getReplica().getTaskId(), event -> event, (first, _) -> first));
    var made = new HashSet<String>();
    for (var replica : replicas.values()) {
      if (!made.add(replica.task())) {
        complaints.add("%s: its task has another container".formatted(text(replica)));
      }
      var wrong = misplaced(replica, Optional.ofNullable(placed.get(replica.task())));
      wrong.ifPresent(why -> complaints.add("%s: %s".formatted(text(replica), why)));
    }
  }

  private static Optional<String> misplaced(
      Replica replica, Optional<ReplicaPlacedEvent> decision) {
    if (decision.isEmpty()) {
      return Optional.of("no record says that it was placed");
    }
    var placed = decision.get();
    var slot = Integer.toString(placed.getReplica().getSlot());
    if (placed.getHostName().equals(replica.host())
        && placed.getReplica().getEpoch() == replica.epoch()
        && slot.equals(replica.slot())) {
      return Optional.empty();
    }
    return Optional.of(
        "it was placed on %s as slot %s in epoch %d"
            .formatted(placed.getHostName(), slot, placed.getReplica().getEpoch()));
  }

  private List<Replica> running(Map<String, Replica> replicas, Collection<Alive> alive) {
    return alive.stream()
        .flatMap(one -> Optional.ofNullable(replicas.get(one.container())).stream())
        .toList();
  }

  private void slots(List<Replica> running) {
    var wanted =
        IntStream.rangeClosed(1, count).mapToObj(Integer::toString).collect(Collectors.toSet());
    var bySlot = new HashMap<String, Replica>();
    for (var replica : running) {
      var other = bySlot.put(replica.slot(), replica);
      if (other != null) {
        complaints.add("%s: runs beside %s".formatted(text(replica), text(other)));
      }
      if (!wanted.contains(replica.slot())) {
        complaints.add("%s: there is to be no such slot".formatted(text(replica)));
      }
    }
    var missing = new TreeSet<>(wanted);
    missing.removeAll(bySlot.keySet());
    missing.forEach(slot -> complaints.add("%s.%s: runs nowhere".formatted(service, slot)));
  }

  /** What a later controller began is never given up for what an earlier one did. */
  private void epochs(Map<String, Replica> replicas, List<Replica> running) {
    var latest = new HashMap<String, Long>();
    replicas.values().forEach(one -> latest.merge(one.slot(), one.epoch(), Math::max));
    for (var replica : running) {
      var last = latest.getOrDefault(replica.slot(), 0L);
      if (replica.epoch() < last) {
        complaints.add("%s: a later one was of epoch %d".formatted(text(replica), last));
      }
    }
  }

  private void same(List<Replica> running, Map<String, Set<Told>> told) {
    var truth =
        running.stream()
            .map(one -> new Told(one.task(), one.slot(), one.host()))
            .collect(Collectors.toSet());
    told.forEach(
        (asked, said) -> {
          if (!said.equals(truth)) {
            complaints.add("%s says that %s run, and %s do".formatted(asked, said, truth));
          }
        });
  }

  private String text(Replica replica) {
    return "%s.%s epoch %d task %s on %s, container %s"
        .formatted(
            service,
            replica.slot(),
            replica.epoch(),
            replica.task(),
            replica.host(),
            replica.container());
  }
}
