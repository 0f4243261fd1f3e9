package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.persistence.schema.Times.duration;

import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.protocol.v1.ContainerCreatedEvent;
import io.gantry.protocol.v1.ContainerNetworkConnectedEvent;
import io.gantry.protocol.v1.ContainerStartRequestedEvent;
import io.gantry.protocol.v1.ContainerStartedEvent;
import io.gantry.protocol.v1.ContainerStopRequestedEvent;
import io.gantry.protocol.v1.ContainerUpdatedEvent;
import io.gantry.protocol.v1.JournalEntry;
import java.util.Optional;

/** Protobuf to {@link ContainerEvent}. {@link ContainerEventWriter} is the way there. */
final class ContainerEventReader {
  private ContainerEventReader() {}

  static ContainerEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case CONTAINER_CREATED -> created(entry.getContainerCreated(), entry);
      case CONTAINER_RENAMED -> {
        var event = entry.getContainerRenamed();
        yield new ContainerEvent.Renamed(
            event.getOldName(), event.getNewName(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_START_REQUESTED -> startRequested(entry.getContainerStartRequested(), entry);
      case CONTAINER_STARTED -> started(entry.getContainerStarted(), entry);
      case CONTAINER_START_FAILED -> {
        var event = entry.getContainerStartFailed();
        yield new ContainerEvent.StartFailed(
            event.getIncarnation(),
            event.getExitCode(),
            event.getMessage(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_STOP_REQUESTED -> stopRequested(entry.getContainerStopRequested(), entry);
      case CONTAINER_STOPPED -> {
        var event = entry.getContainerStopped();
        yield new ContainerEvent.Stopped(at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_KILL_REQUESTED -> {
        var event = entry.getContainerKillRequested();
        yield new ContainerEvent.KillRequested(
            event.getSignal(), event.getStops(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_PAUSED -> {
        var event = entry.getContainerPaused();
        yield new ContainerEvent.Paused(at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_UNPAUSED -> {
        var event = entry.getContainerUnpaused();
        yield new ContainerEvent.Unpaused(at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_EXITED -> {
        var event = entry.getContainerExited();
        yield new ContainerEvent.Exited(
            event.getIncarnation(),
            event.getCode(),
            event.getOomKilled(),
            event.getLost(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_OUT_OF_MEMORY -> {
        var event = entry.getContainerOutOfMemory();
        yield new ContainerEvent.OutOfMemory(
            event.getIncarnation(),
            new ContainerEvent.Shortage(
                event.getVictimPid(),
                event.getVictim(),
                event.getLimitBytes(),
                event.getLimitedGroup()),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_RESTART_SCHEDULED -> {
        var event = entry.getContainerRestartScheduled();
        yield new ContainerEvent.RestartScheduled(
            event.getRestartCount(),
            duration(event.getDelay()),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_RESTART_CANCELLED -> {
        var event = entry.getContainerRestartCancelled();
        yield new ContainerEvent.RestartCancelled(at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_SHUTDOWN_REQUESTED -> {
        var event = entry.getContainerShutdownRequested();
        yield new ContainerEvent.ShutdownRequested(
            event.getSignal(),
            event.hasGrace() ? Optional.of(duration(event.getGrace())) : Optional.empty(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_HEALTH_CHECKED -> {
        var event = entry.getContainerHealthChecked();
        yield new ContainerEvent.HealthChecked(
            event.getIncarnation(),
            event.getStatus(),
            event.getFailingStreak(),
            event.getResult(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_UPDATED -> updated(entry.getContainerUpdated(), entry);
      case CONTAINER_NETWORK_CONNECTED ->
          networkConnected(entry.getContainerNetworkConnected(), entry);
      case CONTAINER_NETWORK_DISCONNECTED -> {
        var event = entry.getContainerNetworkDisconnected();
        yield new ContainerEvent.NetworkDisconnected(
            event.getNetwork(), event.getNetworkId(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_EXEC_CREATED -> {
        var event = entry.getContainerExecCreated();
        yield new ContainerEvent.ExecCreated(
            event.getExecId(), event.getSpec(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_EXEC_STARTED -> {
        var event = entry.getContainerExecStarted();
        yield new ContainerEvent.ExecStarted(
            event.getExecId(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_EXEC_ENDED -> {
        var event = entry.getContainerExecEnded();
        yield new ContainerEvent.ExecEnded(
            event.getExecId(), event.getExitCode(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_OBSERVED -> {
        var event = entry.getContainerObserved();
        yield new ContainerEvent.Observed(
            event.getAction(), event.getAttributesMap(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_REMOVE_REQUESTED -> {
        var event = entry.getContainerRemoveRequested();
        yield new ContainerEvent.RemoveRequested(
            event.getForce(), event.getVolumes(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_REMOVE_FAILED -> {
        var event = entry.getContainerRemoveFailed();
        yield new ContainerEvent.RemoveFailed(
            event.getMessage(), at(event.hasAt(), event.getAt(), entry));
      }
      case CONTAINER_REMOVED -> {
        var event = entry.getContainerRemoved();
        yield new ContainerEvent.Removed(at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("container", entry);
    };
  }

  private static ContainerEvent created(ContainerCreatedEvent event, JournalEntry entry) {
    if (!event.hasSpec()) {
      throw EventSchema.without("specification", entry);
    }
    return new ContainerEvent.Created(
        event.getName(),
        event.getSpec(),
        event.getImageId(),
        event.getLayersList(),
        event.getMountsList(),
        event.getWarningsList(),
        at(event.hasAt(), event.getAt(), entry));
  }

  private static ContainerEvent startRequested(
      ContainerStartRequestedEvent event, JournalEntry entry) {
    var cause =
        switch (event.getCause()) {
          case CONTAINER_START_CAUSE_USER -> StartCause.USER;
          case CONTAINER_START_CAUSE_RESTART_POLICY -> StartCause.RESTART_POLICY;
          case CONTAINER_START_CAUSE_USER_RESTART -> StartCause.USER_RESTART;
          case CONTAINER_START_CAUSE_AGENT_RECOVERY -> StartCause.AGENT_RECOVERY;
          case CONTAINER_START_CAUSE_UNSPECIFIED, UNRECOGNIZED ->
              throw EventSchema.unknownValue("cause", event.getCauseValue(), entry);
        };
    return new ContainerEvent.StartRequested(
        event.getIncarnation(), cause, at(event.hasAt(), event.getAt(), entry));
  }

  private static ContainerEvent started(ContainerStartedEvent event, JournalEntry entry) {
    return new ContainerEvent.Started(
        event.getIncarnation(),
        event.getPid(),
        event.getMonitorPid(),
        event.getEndpointsMap(),
        event.getPortsMap(),
        event.getMountsList(),
        event.getWarningsList(),
        at(event.hasAt(), event.getAt(), entry));
  }

  private static ContainerEvent stopRequested(
      ContainerStopRequestedEvent event, JournalEntry entry) {
    return new ContainerEvent.StopRequested(
        event.getSignal(),
        event.hasGrace() ? Optional.of(duration(event.getGrace())) : Optional.empty(),
        event.getThenStart(),
        at(event.hasAt(), event.getAt(), entry));
  }

  private static ContainerEvent updated(ContainerUpdatedEvent event, JournalEntry entry) {
    return new ContainerEvent.Updated(
        event.hasResources() ? Optional.of(event.getResources()) : Optional.empty(),
        event.hasRestartPolicy() ? Optional.of(event.getRestartPolicy()) : Optional.empty(),
        at(event.hasAt(), event.getAt(), entry));
  }

  private static ContainerEvent networkConnected(
      ContainerNetworkConnectedEvent event, JournalEntry entry) {
    return new ContainerEvent.NetworkConnected(
        event.getNetwork(),
        event.getNetworkId(),
        event.getSpec(),
        event.hasEndpoint() ? Optional.of(event.getEndpoint()) : Optional.empty(),
        at(event.hasAt(), event.getAt(), entry));
  }
}
