package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.ServiceEvent;
import io.gantry.persistence.event.ServiceEvent.Changed.Change;
import io.gantry.protocol.v1.ControllerBeganEvent;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.ReplicaFencedEvent;
import io.gantry.protocol.v1.ReplicaLostEvent;
import io.gantry.protocol.v1.ReplicaName;
import io.gantry.protocol.v1.ReplicaPlacedEvent;
import io.gantry.protocol.v1.ServiceChange;
import io.gantry.protocol.v1.ServiceChangedEvent;

/** {@link ServiceEvent} to protobuf and back. */
final class ServiceEventSchema {
  private ServiceEventSchema() {}

  static void write(ServiceEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case ServiceEvent.ControllerBegan(var epoch, var at) ->
          entry.setControllerBegan(
              ControllerBeganEvent.newBuilder().setAt(timestamp(at)).setEpoch(epoch));
      case ServiceEvent.Changed changed ->
          entry.setServiceChanged(
              ServiceChangedEvent.newBuilder()
                  .setAt(timestamp(changed.at()))
                  .setServiceId(changed.serviceId())
                  .setName(changed.name())
                  .setChange(write(changed.change()))
                  .setVersion(changed.version())
                  .setEpoch(changed.epoch())
                  .setDetail(changed.detail()));
      case ServiceEvent.Placed placed ->
          entry.setReplicaPlaced(
              ReplicaPlacedEvent.newBuilder()
                  .setAt(timestamp(placed.at()))
                  .setReplica(write(placed.replica()))
                  .setHostId(placed.hostId())
                  .setHostName(placed.hostName())
                  .setReason(placed.reason())
                  .setReplacesTaskId(placed.replacesTaskId())
                  .setFromHostId(placed.fromHostId())
                  .setFromHostName(placed.fromHostName()));
      case ServiceEvent.Lost(var replica, var hostId, var hostName, var reason, var at) ->
          entry.setReplicaLost(
              ReplicaLostEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setReplica(write(replica))
                  .setHostId(hostId)
                  .setHostName(hostName)
                  .setReason(reason));
      case ServiceEvent.Fenced(var replica, var containerId, var reason, var at) ->
          entry.setReplicaFenced(
              ReplicaFencedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setReplica(write(replica))
                  .setContainerId(containerId)
                  .setReason(reason));
    }
  }

  private static ReplicaName write(ServiceEvent.Replica replica) {
    return ReplicaName.newBuilder()
        .setServiceId(replica.serviceId())
        .setServiceName(replica.serviceName())
        .setTaskId(replica.taskId())
        .setSlot(replica.slot())
        .setEpoch(replica.epoch())
        .build();
  }

  private static ServiceChange write(Change change) {
    return switch (change) {
      case CREATED -> ServiceChange.SERVICE_CHANGE_CREATED;
      case UPDATED -> ServiceChange.SERVICE_CHANGE_UPDATED;
      case REMOVED -> ServiceChange.SERVICE_CHANGE_REMOVED;
      case UPDATE_STARTED -> ServiceChange.SERVICE_CHANGE_UPDATE_STARTED;
      case UPDATE_PAUSED -> ServiceChange.SERVICE_CHANGE_UPDATE_PAUSED;
      case UPDATE_COMPLETED -> ServiceChange.SERVICE_CHANGE_UPDATE_COMPLETED;
      case ROLLBACK_STARTED -> ServiceChange.SERVICE_CHANGE_ROLLBACK_STARTED;
      case ROLLBACK_PAUSED -> ServiceChange.SERVICE_CHANGE_ROLLBACK_PAUSED;
      case ROLLBACK_COMPLETED -> ServiceChange.SERVICE_CHANGE_ROLLBACK_COMPLETED;
    };
  }

  static ServiceEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case CONTROLLER_BEGAN -> {
        var event = entry.getControllerBegan();
        yield new ServiceEvent.ControllerBegan(
            event.getEpoch(), at(event.hasAt(), event.getAt(), entry));
      }
      case SERVICE_CHANGED -> {
        var event = entry.getServiceChanged();
        yield new ServiceEvent.Changed(
            event.getServiceId(),
            event.getName(),
            change(event, entry),
            event.getVersion(),
            event.getEpoch(),
            event.getDetail(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case REPLICA_PLACED -> {
        var event = entry.getReplicaPlaced();
        yield new ServiceEvent.Placed(
            read(event.getReplica()),
            event.getHostId(),
            event.getHostName(),
            event.getReason(),
            event.getReplacesTaskId(),
            event.getFromHostId(),
            event.getFromHostName(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case REPLICA_LOST -> {
        var event = entry.getReplicaLost();
        yield new ServiceEvent.Lost(
            read(event.getReplica()),
            event.getHostId(),
            event.getHostName(),
            event.getReason(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case REPLICA_FENCED -> {
        var event = entry.getReplicaFenced();
        yield new ServiceEvent.Fenced(
            read(event.getReplica()),
            event.getContainerId(),
            event.getReason(),
            at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("service", entry);
    };
  }

  private static ServiceEvent.Replica read(ReplicaName name) {
    return new ServiceEvent.Replica(
        name.getServiceId(),
        name.getServiceName(),
        name.getTaskId(),
        name.getSlot(),
        name.getEpoch());
  }

  private static Change change(ServiceChangedEvent event, JournalEntry entry) {
    return switch (event.getChange()) {
      case SERVICE_CHANGE_CREATED -> Change.CREATED;
      case SERVICE_CHANGE_UPDATED -> Change.UPDATED;
      case SERVICE_CHANGE_REMOVED -> Change.REMOVED;
      case SERVICE_CHANGE_UPDATE_STARTED -> Change.UPDATE_STARTED;
      case SERVICE_CHANGE_UPDATE_PAUSED -> Change.UPDATE_PAUSED;
      case SERVICE_CHANGE_UPDATE_COMPLETED -> Change.UPDATE_COMPLETED;
      case SERVICE_CHANGE_ROLLBACK_STARTED -> Change.ROLLBACK_STARTED;
      case SERVICE_CHANGE_ROLLBACK_PAUSED -> Change.ROLLBACK_PAUSED;
      case SERVICE_CHANGE_ROLLBACK_COMPLETED -> Change.ROLLBACK_COMPLETED;
      case SERVICE_CHANGE_UNSPECIFIED, UNRECOGNIZED ->
          throw EventSchema.unknownValue("change", event.getChangeValue(), entry);
    };
  }
}
