package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.NetworkEvent;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.NetworkContainerConnectedEvent;
import io.gantry.protocol.v1.NetworkContainerDisconnectedEvent;
import io.gantry.protocol.v1.NetworkCreatedEvent;
import io.gantry.protocol.v1.NetworkRemovedEvent;

/** {@link NetworkEvent} to protobuf and back. */
final class NetworkEventSchema {
  private NetworkEventSchema() {}

  static void write(NetworkEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case NetworkEvent.Created(var spec, var bridge, var at) ->
          entry.setNetworkCreated(
              NetworkCreatedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setSpec(spec)
                  .setBridge(bridge));
      case NetworkEvent.Connected(var containerId, var at) ->
          entry.setNetworkContainerConnected(
              NetworkContainerConnectedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setContainerId(containerId));
      case NetworkEvent.Disconnected(var containerId, var at) ->
          entry.setNetworkContainerDisconnected(
              NetworkContainerDisconnectedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setContainerId(containerId));
      case NetworkEvent.Removed(var at) ->
          entry.setNetworkRemoved(NetworkRemovedEvent.newBuilder().setAt(timestamp(at)));
    }
  }

  static NetworkEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case NETWORK_CREATED -> {
        var event = entry.getNetworkCreated();
        if (!event.hasSpec()) {
          throw EventSchema.without("specification", entry);
        }
        yield new NetworkEvent.Created(
            event.getSpec(), event.getBridge(), at(event.hasAt(), event.getAt(), entry));
      }
      case NETWORK_CONTAINER_CONNECTED -> {
        var event = entry.getNetworkContainerConnected();
        yield new NetworkEvent.Connected(
            event.getContainerId(), at(event.hasAt(), event.getAt(), entry));
      }
      case NETWORK_CONTAINER_DISCONNECTED -> {
        var event = entry.getNetworkContainerDisconnected();
        yield new NetworkEvent.Disconnected(
            event.getContainerId(), at(event.hasAt(), event.getAt(), entry));
      }
      case NETWORK_REMOVED -> {
        var event = entry.getNetworkRemoved();
        yield new NetworkEvent.Removed(at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("network", entry);
    };
  }
}
