package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.HostEvent;
import io.gantry.protocol.v1.AgentStartedEvent;
import io.gantry.protocol.v1.AgentStoppingEvent;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.PrunedEvent;

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
    }
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
      default -> throw EventSchema.notOf("host", entry);
    };
  }
}
