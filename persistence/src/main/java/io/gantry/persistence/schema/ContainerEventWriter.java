package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.duration;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.v1.ContainerCreatedEvent;
import io.gantry.protocol.v1.ContainerExecCreatedEvent;
import io.gantry.protocol.v1.ContainerExecEndedEvent;
import io.gantry.protocol.v1.ContainerExecStartedEvent;
import io.gantry.protocol.v1.ContainerExitedEvent;
import io.gantry.protocol.v1.ContainerHealthCheckedEvent;
import io.gantry.protocol.v1.ContainerKillRequestedEvent;
import io.gantry.protocol.v1.ContainerNetworkConnectedEvent;
import io.gantry.protocol.v1.ContainerNetworkDisconnectedEvent;
import io.gantry.protocol.v1.ContainerObservedEvent;
import io.gantry.protocol.v1.ContainerOutOfMemoryEvent;
import io.gantry.protocol.v1.ContainerPausedEvent;
import io.gantry.protocol.v1.ContainerRemoveFailedEvent;
import io.gantry.protocol.v1.ContainerRemoveRequestedEvent;
import io.gantry.protocol.v1.ContainerRemovedEvent;
import io.gantry.protocol.v1.ContainerRenamedEvent;
import io.gantry.protocol.v1.ContainerRestartCancelledEvent;
import io.gantry.protocol.v1.ContainerRestartScheduledEvent;
import io.gantry.protocol.v1.ContainerShutdownRequestedEvent;
import io.gantry.protocol.v1.ContainerStartCause;
import io.gantry.protocol.v1.ContainerStartFailedEvent;
import io.gantry.protocol.v1.ContainerStartRequestedEvent;
import io.gantry.protocol.v1.ContainerStartedEvent;
import io.gantry.protocol.v1.ContainerStopRequestedEvent;
import io.gantry.protocol.v1.ContainerStoppedEvent;
import io.gantry.protocol.v1.ContainerUnpausedEvent;
import io.gantry.protocol.v1.ContainerUpdatedEvent;
import io.gantry.protocol.v1.JournalEntry;

/** {@link ContainerEvent} to protobuf. {@link ContainerEventReader} is the way back. */
final class ContainerEventWriter {
  private ContainerEventWriter() {}

  static void write(ContainerEvent event, JournalEntry.Builder entry) {
    var at = timestamp(event.at());
    switch (event) {
      case ContainerEvent.Created created ->
          entry.setContainerCreated(
              ContainerCreatedEvent.newBuilder()
                  .setAt(at)
                  .setName(created.name())
                  .setSpec(created.spec())
                  .setImageId(created.imageId())
                  .addAllLayers(created.layers())
                  .addAllMounts(created.mounts())
                  .addAllWarnings(created.warnings()));
      case ContainerEvent.Renamed(var oldName, var newName, _) ->
          entry.setContainerRenamed(
              ContainerRenamedEvent.newBuilder().setAt(at).setOldName(oldName).setNewName(newName));
      case ContainerEvent.StartRequested(var incarnation, var cause, _) ->
          entry.setContainerStartRequested(
              ContainerStartRequestedEvent.newBuilder()
                  .setAt(at)
                  .setIncarnation(incarnation)
                  .setCause(cause(cause)));
      case ContainerEvent.Started started -> entry.setContainerStarted(started(started).setAt(at));
      case ContainerEvent.StartFailed(var incarnation, var exitCode, var message, _) ->
          entry.setContainerStartFailed(
              ContainerStartFailedEvent.newBuilder()
                  .setAt(at)
                  .setIncarnation(incarnation)
                  .setExitCode(exitCode)
                  .setMessage(message));
      case ContainerEvent.StopRequested(var signal, var grace, var thenStart, _) -> {
        var message =
            ContainerStopRequestedEvent.newBuilder()
                .setAt(at)
                .setSignal(signal)
                .setThenStart(thenStart);
        grace.ifPresent(length -> message.setGrace(duration(length)));
        entry.setContainerStopRequested(message);
      }
      case ContainerEvent.Stopped _ ->
          entry.setContainerStopped(ContainerStoppedEvent.newBuilder().setAt(at));
      case ContainerEvent.KillRequested(var signal, var stops, _) ->
          entry.setContainerKillRequested(
              ContainerKillRequestedEvent.newBuilder().setAt(at).setSignal(signal).setStops(stops));
      case ContainerEvent.Paused _ ->
          entry.setContainerPaused(ContainerPausedEvent.newBuilder().setAt(at));
      case ContainerEvent.Unpaused _ ->
          entry.setContainerUnpaused(ContainerUnpausedEvent.newBuilder().setAt(at));
      case ContainerEvent.Exited(var incarnation, var code, var oomKilled, var lost, _) ->
          entry.setContainerExited(
              ContainerExitedEvent.newBuilder()
                  .setAt(at)
                  .setIncarnation(incarnation)
                  .setCode(code)
                  .setOomKilled(oomKilled)
                  .setLost(lost));
      case ContainerEvent.OutOfMemory(var incarnation, var shortage, _) ->
          entry.setContainerOutOfMemory(
              ContainerOutOfMemoryEvent.newBuilder()
                  .setAt(at)
                  .setIncarnation(incarnation)
                  .setVictimPid(shortage.victimPid())
                  .setVictim(shortage.victim())
                  .setLimitBytes(shortage.limitBytes())
                  .setLimitedGroup(shortage.limitedGroup()));
      case ContainerEvent.RestartScheduled(var restartCount, var delay, _) ->
          entry.setContainerRestartScheduled(
              ContainerRestartScheduledEvent.newBuilder()
                  .setAt(at)
                  .setRestartCount(restartCount)
                  .setDelay(duration(delay)));
      case ContainerEvent.RestartCancelled _ ->
          entry.setContainerRestartCancelled(ContainerRestartCancelledEvent.newBuilder().setAt(at));
      case ContainerEvent.ShutdownRequested(var signal, var grace, _) -> {
        var message = ContainerShutdownRequestedEvent.newBuilder().setAt(at).setSignal(signal);
        grace.ifPresent(length -> message.setGrace(duration(length)));
        entry.setContainerShutdownRequested(message);
      }
      case ContainerEvent.HealthChecked(
              var incarnation,
              var status,
              var failingStreak,
              var result,
              _) ->
          entry.setContainerHealthChecked(
              ContainerHealthCheckedEvent.newBuilder()
                  .setAt(at)
                  .setIncarnation(incarnation)
                  .setStatus(status)
                  .setFailingStreak(failingStreak)
                  .setResult(result));
      case ContainerEvent.Updated(var resources, var restartPolicy, _) -> {
        var message = ContainerUpdatedEvent.newBuilder().setAt(at);
        resources.ifPresent(message::setResources);
        restartPolicy.ifPresent(message::setRestartPolicy);
        entry.setContainerUpdated(message);
      }
      case ContainerEvent.NetworkConnected(
              var network,
              var networkId,
              var spec,
              var endpoint,
              _) -> {
        var message =
            ContainerNetworkConnectedEvent.newBuilder()
                .setAt(at)
                .setNetwork(network)
                .setNetworkId(networkId)
                .setSpec(spec);
        endpoint.ifPresent(message::setEndpoint);
        entry.setContainerNetworkConnected(message);
      }
      case ContainerEvent.NetworkDisconnected(var network, var networkId, _) ->
          entry.setContainerNetworkDisconnected(
              ContainerNetworkDisconnectedEvent.newBuilder()
                  .setAt(at)
                  .setNetwork(network)
                  .setNetworkId(networkId));
      case ContainerEvent.ExecCreated(var execId, var spec, _) ->
          entry.setContainerExecCreated(
              ContainerExecCreatedEvent.newBuilder().setAt(at).setExecId(execId).setSpec(spec));
      case ContainerEvent.ExecStarted(var execId, _) ->
          entry.setContainerExecStarted(
              ContainerExecStartedEvent.newBuilder().setAt(at).setExecId(execId));
      case ContainerEvent.ExecEnded(var execId, var exitCode, _) ->
          entry.setContainerExecEnded(
              ContainerExecEndedEvent.newBuilder()
                  .setAt(at)
                  .setExecId(execId)
                  .setExitCode(exitCode));
      case ContainerEvent.Observed(var action, var attributes, _) ->
          entry.setContainerObserved(
              ContainerObservedEvent.newBuilder()
                  .setAt(at)
                  .setAction(action)
                  .putAllAttributes(attributes));
      case ContainerEvent.RemoveRequested(var force, var volumes, _) ->
          entry.setContainerRemoveRequested(
              ContainerRemoveRequestedEvent.newBuilder()
                  .setAt(at)
                  .setForce(force)
                  .setVolumes(volumes));
      case ContainerEvent.RemoveFailed(var message, _) ->
          entry.setContainerRemoveFailed(
              ContainerRemoveFailedEvent.newBuilder().setAt(at).setMessage(message));
      case ContainerEvent.Removed _ ->
          entry.setContainerRemoved(ContainerRemovedEvent.newBuilder().setAt(at));
    }
  }

  private static ContainerStartedEvent.Builder started(ContainerEvent.Started started) {
    return ContainerStartedEvent.newBuilder()
        .setIncarnation(started.incarnation())
        .setPid(started.pid())
        .setMonitorPid(started.monitorPid())
        .putAllEndpoints(started.endpoints())
        .putAllPorts(started.ports())
        .addAllMounts(started.mounts())
        .addAllWarnings(started.warnings());
  }

  private static ContainerStartCause cause(ContainerEvent.StartCause cause) {
    return switch (cause) {
      case USER -> ContainerStartCause.CONTAINER_START_CAUSE_USER;
      case RESTART_POLICY -> ContainerStartCause.CONTAINER_START_CAUSE_RESTART_POLICY;
      case USER_RESTART -> ContainerStartCause.CONTAINER_START_CAUSE_USER_RESTART;
      case AGENT_RECOVERY -> ContainerStartCause.CONTAINER_START_CAUSE_AGENT_RECOVERY;
    };
  }
}
