package io.gantry.cli;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.ReplicaName;
import java.util.Locale;

/**
 * "12:1 2026-11-21T12:00:00Z container_started 0123456789ab web by unix:uid=0,gid=0 (pid 4711)".
 */
final class EventLine {
  private EventLine() {}

  static String of(JournalEntry entry) {
    var subject = entry.getSubject();
    var name = subject.getName().equals(subject.getId()) ? "" : " " + subject.getName();
    return "%d:%d %s %s %s%s by %s%s"
        .formatted(
            entry.getSequence(),
            entry.getEpoch(),
            Moments.instant(entry.getTime()),
            entry.getEventCase().name().toLowerCase(Locale.ROOT),
            Text.shortId(subject.getId()),
            name,
            entry.getProvenance().getPrincipal(),
            detail(entry));
  }

  private static String detail(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case CONTAINER_EXITED -> " (code %d)".formatted(entry.getContainerExited().getCode());
      case CONTAINER_STARTED -> " (pid %d)".formatted(entry.getContainerStarted().getPid());
      case CONTAINER_START_FAILED ->
          " (%s)".formatted(entry.getContainerStartFailed().getMessage());
      case CONTAINER_HEALTH_CHECKED ->
          " (%s)".formatted(entry.getContainerHealthChecked().getStatus());
      case IMAGE_TAGGED -> " (%s)".formatted(entry.getImageTagged().getReference());
      case CLUSTER_HOST_CHANGED -> {
        var event = entry.getClusterHostChanged();
        var change = event.getChange().name().replaceFirst("^HOST_CHANGE_", "");
        yield " (%s %s)".formatted(event.getName(), change.toLowerCase(Locale.ROOT));
      }
      case STRANGER_REFUSED -> {
        var event = entry.getStrangerRefused();
        var from = event.getAddress().isEmpty() ? "" : event.getAddress() + ": ";
        yield " (%s%s)".formatted(from, event.getReason());
      }
      case CONTROLLER_BEGAN -> " (epoch %d)".formatted(entry.getControllerBegan().getEpoch());
      case SERVICE_CHANGED -> {
        var event = entry.getServiceChanged();
        var change = event.getChange().name().replaceFirst("^SERVICE_CHANGE_", "");
        yield " (%s %s: %s)"
            .formatted(event.getName(), change.toLowerCase(Locale.ROOT), event.getDetail());
      }
      case REPLICA_PLACED -> {
        var event = entry.getReplicaPlaced();
        var from = event.getFromHostName();
        var stays = from.isEmpty() || event.getFromHostId().equals(event.getHostId());
        yield " (%s %son %s: %s)"
            .formatted(
                replica(event.getReplica()),
                stays ? "" : "from " + from + " ",
                event.getHostName(),
                event.getReason());
      }
      case REPLICA_LOST -> {
        var event = entry.getReplicaLost();
        yield " (%s on %s: %s)"
            .formatted(replica(event.getReplica()), event.getHostName(), event.getReason());
      }
      case REPLICA_FENCED -> {
        var event = entry.getReplicaFenced();
        yield " (%s: %s)".formatted(replica(event.getReplica()), event.getReason());
      }
      default -> "";
    };
  }

  /** "web.3 epoch 7". */
  private static String replica(ReplicaName name) {
    var slot = name.getSlot() == 0 ? "" : "." + name.getSlot();
    return "%s%s epoch %d".formatted(name.getServiceName(), slot, name.getEpoch());
  }
}
