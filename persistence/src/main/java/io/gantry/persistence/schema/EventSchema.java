package io.gantry.persistence.schema;

import com.google.protobuf.InvalidProtocolBufferException;
import io.gantry.persistence.event.BuildEvent;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.persistence.event.NetworkEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.PullEvent;
import io.gantry.persistence.event.PushEvent;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.v1.EventProvenance;
import io.gantry.protocol.v1.EventSubject;
import io.gantry.protocol.v1.JournalEntry;
import java.time.DateTimeException;

/** Events to their durable form and back. What is read back equals what was written. */
public final class EventSchema {
  private EventSchema() {}

  /**
   * The parts of an entry that are the actor's to say; place, time and hashes are added when it is
   * appended.
   */
  public static JournalEntry.Builder write(Recorded<? extends Event> recorded) {
    var entry = JournalEntry.newBuilder();
    entry.setSubject(subject(recorded.subject())).setProvenance(provenance(recorded.provenance()));
    switch (recorded.event()) {
      case ContainerEvent event -> ContainerEventWriter.write(event, entry);
      case ImageEvent event -> ImageEventSchema.write(event, entry);
      case PullEvent event -> PullEventSchema.write(event, entry);
      case PushEvent event -> PushEventSchema.write(event, entry);
      case VolumeEvent event -> VolumeEventSchema.write(event, entry);
      case NetworkEvent event -> NetworkEventSchema.write(event, entry);
      case BuildEvent event -> BuildEventSchema.write(event, entry);
      case HostEvent event -> HostEventSchema.write(event, entry);
    }
    return entry;
  }

  /**
   * @throws UnreadableEntryException when {@code bytes} are no entry at all
   */
  public static JournalEntry parse(byte[] bytes) {
    try {
      return JournalEntry.parseFrom(bytes);
    } catch (InvalidProtocolBufferException damaged) {
      throw new UnreadableEntryException(
          "cannot read %d bytes as an entry of the record: %s"
              .formatted(bytes.length, damaged.getMessage()),
          damaged);
    }
  }

  /**
   * @throws UnreadableEntryException when the event is of a kind or has a value this release does
   *     not know, or lacks what it cannot be understood without
   */
  public static Recorded<? extends Event> read(JournalEntry entry) {
    if (!entry.hasSubject() || !entry.hasProvenance()) {
      throw new UnreadableEntryException(name(entry) + " has no subject or no provenance");
    }
    try {
      return new Recorded<>(
          event(entry), subject(entry.getSubject()), provenance(entry.getProvenance()));
    } catch (DateTimeException | ArithmeticException impossible) {
      throw new UnreadableEntryException(name(entry) + " holds an impossible time", impossible);
    }
  }

  private static Event event(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case CONTAINER_CREATED,
          CONTAINER_RENAMED,
          CONTAINER_START_REQUESTED,
          CONTAINER_STARTED,
          CONTAINER_START_FAILED,
          CONTAINER_STOP_REQUESTED,
          CONTAINER_STOPPED,
          CONTAINER_KILL_REQUESTED,
          CONTAINER_PAUSED,
          CONTAINER_UNPAUSED,
          CONTAINER_EXITED,
          CONTAINER_OUT_OF_MEMORY,
          CONTAINER_RESTART_SCHEDULED,
          CONTAINER_RESTART_CANCELLED,
          CONTAINER_SHUTDOWN_REQUESTED,
          CONTAINER_HEALTH_CHECKED,
          CONTAINER_UPDATED,
          CONTAINER_NETWORK_CONNECTED,
          CONTAINER_NETWORK_DISCONNECTED,
          CONTAINER_EXEC_CREATED,
          CONTAINER_EXEC_STARTED,
          CONTAINER_EXEC_ENDED,
          CONTAINER_OBSERVED,
          CONTAINER_REMOVE_REQUESTED,
          CONTAINER_REMOVE_FAILED,
          CONTAINER_REMOVED ->
          ContainerEventReader.read(entry);
      case IMAGE_ADDED, IMAGE_TAGGED, IMAGE_UNTAGGED, IMAGE_DELETED, IMAGE_PULLED, IMAGE_PUSHED ->
          ImageEventSchema.read(entry);
      case PULL_REQUESTED, PULL_RESOLVED, PULL_LAYER_STORED, PULL_ENDED ->
          PullEventSchema.read(entry);
      case PUSH_REQUESTED, PUSH_LAYER_SENT, PUSH_ENDED -> PushEventSchema.read(entry);
      case VOLUME_CREATED,
          VOLUME_CLAIMED,
          VOLUME_UNCLAIMED,
          VOLUME_MOUNTED,
          VOLUME_UNMOUNTED,
          VOLUME_REMOVE_REQUESTED,
          VOLUME_REMOVED ->
          VolumeEventSchema.read(entry);
      case NETWORK_CREATED,
          NETWORK_CONTAINER_CONNECTED,
          NETWORK_CONTAINER_DISCONNECTED,
          NETWORK_REMOVED ->
          NetworkEventSchema.read(entry);
      case BUILD_STARTED, BUILD_STEP_DONE, BUILD_SUCCEEDED, BUILD_FAILED ->
          BuildEventSchema.read(entry);
      case AGENT_STARTED,
          AGENT_STOPPING,
          PRUNED,
          CLUSTER_ENTERED,
          CLUSTER_LEFT,
          CLUSTER_HOST_CHANGED,
          CLUSTER_TOKEN_ROTATED,
          CERTIFICATE_RENEWED,
          STRANGER_REFUSED ->
          HostEventSchema.read(entry);
      case CONTROLLER_BEGAN, SERVICE_CHANGED, REPLICA_PLACED, REPLICA_LOST, REPLICA_FENCED ->
          ServiceEventSchema.read(entry);
      case EVENT_NOT_SET -> throw unknown(entry);
    };
  }

  /** The event is not one of the family's: only a mistake in the switch above can lead here. */
  static IllegalStateException notOf(String family, JournalEntry entry) {
    return new IllegalStateException(
        "%s is no %s event: %s".formatted(name(entry), family, entry.getEventCase()));
  }

  static UnreadableEntryException without(String field, JournalEntry entry) {
    return new UnreadableEntryException(
        "%s (%s) lacks its %s".formatted(name(entry), entry.getEventCase(), field));
  }

  static UnreadableEntryException unknownValue(String field, int value, JournalEntry entry) {
    return new UnreadableEntryException(
        "%s (%s) has %s %d, which this release does not know"
            .formatted(name(entry), entry.getEventCase(), field, value));
  }

  private static UnreadableEntryException unknown(JournalEntry entry) {
    var fields = entry.getUnknownFields().asMap().keySet();
    return new UnreadableEntryException(
        fields.isEmpty()
            ? name(entry) + " holds no event"
            : "%s holds an event this release does not know (field %s)"
                .formatted(name(entry), fields));
  }

  private static String name(JournalEntry entry) {
    return "entry %d of the record, event %d of %s"
        .formatted(entry.getSequence(), entry.getPersistenceSequence(), entry.getPersistenceId());
  }

  private static EventSubject subject(Subject subject) {
    return EventSubject.newBuilder()
        .setKind(subject.kind())
        .setId(subject.id())
        .setName(subject.name())
        .setImage(subject.image())
        .putAllLabels(subject.labels())
        .build();
  }

  private static Subject subject(EventSubject subject) {
    return new Subject(
        subject.getKind(),
        subject.getId(),
        subject.getName(),
        subject.getImage(),
        subject.getLabelsMap());
  }

  private static EventProvenance provenance(Provenance provenance) {
    return EventProvenance.newBuilder()
        .setRequestId(provenance.requestId())
        .setPrincipal(provenance.principal())
        .setCause(provenance.cause())
        .build();
  }

  private static Provenance provenance(EventProvenance provenance) {
    return new Provenance(
        provenance.getRequestId(), provenance.getPrincipal(), provenance.getCause());
  }
}
