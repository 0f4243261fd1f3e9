package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.v1.AgentStartedEvent;
import io.gantry.protocol.v1.AgentStoppingEvent;
import io.gantry.protocol.v1.CertificateRenewedEvent;
import io.gantry.protocol.v1.ClusterEnteredEvent;
import io.gantry.protocol.v1.ClusterHostChangedEvent;
import io.gantry.protocol.v1.ClusterLeftEvent;
import io.gantry.protocol.v1.ClusterTokenRotatedEvent;
import io.gantry.protocol.v1.HostChange;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.PrunedEvent;
import io.gantry.protocol.v1.StrangerRefusedEvent;

/** {@link HostEvent} to protobuf and back. */
final class HostEventSchema {
  private HostEventSchema() {}

  static void write(HostEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case HostEvent.AgentStarted(var version, var bootId, var at) ->
          entry.setAgentStarted(
              AgentStartedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setVersion(version)
                  .setBootId(bootId));
      case HostEvent.AgentStopping(var containersStop, var at) ->
          entry.setAgentStopping(
              AgentStoppingEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setContainersStop(containersStop));
      case HostEvent.Pruned(var kind, var reclaimedBytes, var at) ->
          entry.setPruned(
              PrunedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setKind(kind)
                  .setReclaimedBytes(reclaimedBytes));
      case HostEvent.ClusterEntered(var clusterId, var address, var through, var at) ->
          entry.setClusterEntered(
              ClusterEnteredEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setClusterId(clusterId)
                  .setAddress(address)
                  .setThrough(through));
      case HostEvent.ClusterLeft(var clusterId, var at) ->
          entry.setClusterLeft(
              ClusterLeftEvent.newBuilder().setAt(timestamp(at)).setClusterId(clusterId));
      case HostEvent.HostChanged(var hostId, var name, var change, var at) ->
          entry.setClusterHostChanged(
              ClusterHostChangedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setHostId(hostId)
                  .setName(name)
                  .setChange(write(change)));
      case HostEvent.TokenRotated(var at) ->
          entry.setClusterTokenRotated(ClusterTokenRotatedEvent.newBuilder().setAt(timestamp(at)));
      case HostEvent.CertificateRenewed(var expires, var at) ->
          entry.setCertificateRenewed(
              CertificateRenewedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setExpires(timestamp(expires)));
      case HostEvent.StrangerRefused(var address, var reason, var suppressed, var at) ->
          entry.setStrangerRefused(
              StrangerRefusedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setAddress(address)
                  .setReason(reason)
                  .setSuppressed(suppressed));
      case ServiceEvent service -> ServiceEventSchema.write(service, entry);
    }
  }

  private static HostChange write(HostEvent.HostChanged.Change change) {
    return switch (change) {
      case UP -> HostChange.HOST_CHANGE_UP;
      case UNREACHABLE -> HostChange.HOST_CHANGE_UNREACHABLE;
      case REACHABLE -> HostChange.HOST_CHANGE_REACHABLE;
      case AWAY -> HostChange.HOST_CHANGE_AWAY;
      case DRAINED -> HostChange.HOST_CHANGE_DRAINED;
      case UNDRAINED -> HostChange.HOST_CHANGE_UNDRAINED;
      case FORGOTTEN -> HostChange.HOST_CHANGE_FORGOTTEN;
    };
  }

  static HostEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case AGENT_STARTED -> {
        var event = entry.getAgentStarted();
        yield new HostEvent.AgentStarted(
            event.getVersion(), event.getBootId(), at(event.hasAt(), event.getAt(), entry));
      }
      case AGENT_STOPPING -> {
        var event = entry.getAgentStopping();
        yield new HostEvent.AgentStopping(
            event.getContainersStop(), at(event.hasAt(), event.getAt(), entry));
      }
      case PRUNED -> {
        var event = entry.getPruned();
        yield new HostEvent.Pruned(
            event.getKind(), event.getReclaimedBytes(), at(event.hasAt(), event.getAt(), entry));
      }
      case CLUSTER_ENTERED -> {
        var event = entry.getClusterEntered();
        yield new HostEvent.ClusterEntered(
            event.getClusterId(),
            event.getAddress(),
            event.getThrough(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CLUSTER_LEFT -> {
        var event = entry.getClusterLeft();
        yield new HostEvent.ClusterLeft(
            event.getClusterId(), at(event.hasAt(), event.getAt(), entry));
      }
      case CLUSTER_HOST_CHANGED -> {
        var event = entry.getClusterHostChanged();
        yield new HostEvent.HostChanged(
            event.getHostId(),
            event.getName(),
            change(event, entry),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CLUSTER_TOKEN_ROTATED -> {
        var event = entry.getClusterTokenRotated();
        yield new HostEvent.TokenRotated(at(event.hasAt(), event.getAt(), entry));
      }
      case CERTIFICATE_RENEWED -> {
        var event = entry.getCertificateRenewed();
        yield new HostEvent.CertificateRenewed(
            at(event.hasExpires(), event.getExpires(), entry),
            at(event.hasAt(), event.getAt(), entry));
      }
      case STRANGER_REFUSED -> {
        var event = entry.getStrangerRefused();
        yield new HostEvent.StrangerRefused(
            event.getAddress(),
            event.getReason(),
            event.getSuppressed(),
            at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("host", entry);
    };
  }

  private static HostEvent.HostChanged.Change change(
      ClusterHostChangedEvent event, JournalEntry entry) {
    return switch (event.getChange()) {
      case HOST_CHANGE_UP -> HostEvent.HostChanged.Change.UP;
      case HOST_CHANGE_UNREACHABLE -> HostEvent.HostChanged.Change.UNREACHABLE;
      case HOST_CHANGE_REACHABLE -> HostEvent.HostChanged.Change.REACHABLE;
      case HOST_CHANGE_AWAY -> HostEvent.HostChanged.Change.AWAY;
      case HOST_CHANGE_DRAINED -> HostEvent.HostChanged.Change.DRAINED;
      case HOST_CHANGE_UNDRAINED -> HostEvent.HostChanged.Change.UNDRAINED;
      case HOST_CHANGE_FORGOTTEN -> HostEvent.HostChanged.Change.FORGOTTEN;
      case HOST_CHANGE_UNSPECIFIED, UNRECOGNIZED ->
          throw EventSchema.unknownValue("change", event.getChangeValue(), entry);
    };
  }
}
