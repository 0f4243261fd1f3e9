package io.gantry.ops.audit;

import com.google.protobuf.ByteString;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.ReplicaName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes up the records of imagined hosts, as a real host would have them. */
final class Entries {
  private final List<HostEntry> merged = new ArrayList<>();
  private final Map<String, List<JournalEntry>> own = new HashMap<>();
  private final Map<String, Integer> ofEntity = new HashMap<>();

  List<HostEntry> merged() {
    return merged;
  }

  Map<String, List<JournalEntry>> own() {
    return own;
  }

  private Entries add(String host, String entity, Consumer<JournalEntry.Builder> event) {
    var before = own.computeIfAbsent(host, _ -> new ArrayList<>());
    var entry =
        JournalEntry.newBuilder()
            .setSequence(before.size() + 1)
            .setEpoch(1)
            .setPersistenceId(entity)
            .setPersistenceSequence(ofEntity.merge(entity, 1, Integer::sum))
            .setHash(ByteString.copyFromUtf8(host + before.size()));
    if (!before.isEmpty()) {
      entry.setPreviousHash(before.getLast().getHash());
    }
    event.accept(entry);
    before.add(entry.build());
    merged.add(new HostEntry(host, entry.build()));
    return this;
  }

  private Entries of(String host, String container, Consumer<JournalEntry.Builder> event) {
    return add(host, "container|" + container, event);
  }

  Entries created(String host, String container) {
    return created(host, container, Map.of());
  }

  private Entries created(String host, String container, Map<String, String> labels) {
    return of(
        host,
        container,
        entry ->
            entry
                .getContainerCreatedBuilder()
                .setSpec(ContainerSpec.newBuilder().putAllLabels(labels)));
  }

  Entries asked(String host, String container, int incarnation) {
    return of(
        host,
        container,
        entry -> entry.getContainerStartRequestedBuilder().setIncarnation(incarnation));
  }

  Entries started(String host, String container, int incarnation, long pid) {
    return of(
        host,
        container,
        entry -> entry.getContainerStartedBuilder().setIncarnation(incarnation).setPid(pid));
  }

  Entries failed(String host, String container, int incarnation) {
    return of(
        host,
        container,
        entry -> entry.getContainerStartFailedBuilder().setIncarnation(incarnation));
  }

  Entries exited(String host, String container, int incarnation) {
    return of(
        host, container, entry -> entry.getContainerExitedBuilder().setIncarnation(incarnation));
  }

  Entries removed(String host, String container) {
    return of(host, container, JournalEntry.Builder::getContainerRemovedBuilder);
  }

  /** A container that runs. */
  Entries running(String host, String container, long pid) {
    return created(host, container).asked(host, container, 1).started(host, container, 1, pid);
  }

  Entries placed(String decider, String host, int slot, long epoch, String task) {
    return add(
        decider,
        "host|" + decider,
        entry ->
            entry
                .getReplicaPlacedBuilder()
                .setHostName(host)
                .setReplica(
                    ReplicaName.newBuilder()
                        .setServiceName("web")
                        .setTaskId(task)
                        .setSlot(slot)
                        .setEpoch(epoch)));
  }

  /** A replica that runs; its container is called as its task. */
  Entries replica(String host, int slot, long epoch, String task, long pid) {
    var labels =
        Map.of(
            "com.docker.swarm.service.name",
            "web",
            "com.docker.swarm.task.id",
            task,
            "gantry.service.slot",
            Integer.toString(slot),
            "gantry.service.epoch",
            Long.toString(epoch));
    return created(host, task, labels).asked(host, task, 1).started(host, task, 1, pid);
  }
}
