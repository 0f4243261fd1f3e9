package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.VolumeClaimedEvent;
import io.gantry.protocol.v1.VolumeCreatedEvent;
import io.gantry.protocol.v1.VolumeMountedEvent;
import io.gantry.protocol.v1.VolumeRemoveRequestedEvent;
import io.gantry.protocol.v1.VolumeRemovedEvent;
import io.gantry.protocol.v1.VolumeUnclaimedEvent;
import io.gantry.protocol.v1.VolumeUnmountedEvent;

/** {@link VolumeEvent} to protobuf and back. */
final class VolumeEventSchema {
  private VolumeEventSchema() {}

  static void write(VolumeEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case VolumeEvent.Created(var spec, var at) ->
          entry.setVolumeCreated(
              VolumeCreatedEvent.newBuilder().setAt(timestamp(at)).setSpec(spec));
      case VolumeEvent.Claimed(var containerId, var at) ->
          entry.setVolumeClaimed(
              VolumeClaimedEvent.newBuilder().setAt(timestamp(at)).setContainerId(containerId));
      case VolumeEvent.Unclaimed(var containerId, var at) ->
          entry.setVolumeUnclaimed(
              VolumeUnclaimedEvent.newBuilder().setAt(timestamp(at)).setContainerId(containerId));
      case VolumeEvent.Mounted(var containerId, var destination, var readWrite, var at) ->
          entry.setVolumeMounted(
              VolumeMountedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setContainerId(containerId)
                  .setDestination(destination)
                  .setReadWrite(readWrite));
      case VolumeEvent.Unmounted(var containerId, var at) ->
          entry.setVolumeUnmounted(
              VolumeUnmountedEvent.newBuilder().setAt(timestamp(at)).setContainerId(containerId));
      case VolumeEvent.RemoveRequested(var at) ->
          entry.setVolumeRemoveRequested(
              VolumeRemoveRequestedEvent.newBuilder().setAt(timestamp(at)));
      case VolumeEvent.Removed(var at) ->
          entry.setVolumeRemoved(VolumeRemovedEvent.newBuilder().setAt(timestamp(at)));
    }
  }

  static VolumeEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case VOLUME_CREATED -> {
        var event = entry.getVolumeCreated();
        if (!event.hasSpec()) {
          throw EventSchema.without("specification", entry);
        }
        yield new VolumeEvent.Created(event.getSpec(), at(event.hasAt(), event.getAt(), entry));
      }
      case VOLUME_CLAIMED -> {
        var event = entry.getVolumeClaimed();
        yield new VolumeEvent.Claimed(
            event.getContainerId(), at(event.hasAt(), event.getAt(), entry));
      }
      case VOLUME_UNCLAIMED -> {
        var event = entry.getVolumeUnclaimed();
        yield new VolumeEvent.Unclaimed(
            event.getContainerId(), at(event.hasAt(), event.getAt(), entry));
      }
      case VOLUME_MOUNTED -> {
        var event = entry.getVolumeMounted();
        yield new VolumeEvent.Mounted(
            event.getContainerId(),
            event.getDestination(),
            event.getReadWrite(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case VOLUME_UNMOUNTED -> {
        var event = entry.getVolumeUnmounted();
        yield new VolumeEvent.Unmounted(
            event.getContainerId(), at(event.hasAt(), event.getAt(), entry));
      }
      case VOLUME_REMOVE_REQUESTED -> {
        var event = entry.getVolumeRemoveRequested();
        yield new VolumeEvent.RemoveRequested(at(event.hasAt(), event.getAt(), entry));
      }
      case VOLUME_REMOVED -> {
        var event = entry.getVolumeRemoved();
        yield new VolumeEvent.Removed(at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("volume", entry);
    };
  }
}
