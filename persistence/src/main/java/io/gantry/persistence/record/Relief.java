package io.gantry.persistence.record;

import io.gantry.persistence.event.BuildEvent;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.persistence.event.NetworkEvent;
import io.gantry.persistence.event.PullEvent;
import io.gantry.persistence.event.PushEvent;
import io.gantry.persistence.event.VolumeEvent;

/**
 * Which writes go on while the disk is full: those of ends and removals. Nothing is done that is
 * not recorded, so without them what fills the disk could never be taken away.
 */
final class Relief {
  private Relief() {}

  static boolean comesOf(Write write) {
    return switch (write) {
      case Write.Append append ->
          append.drafts().stream().allMatch(draft -> comesOf(draft.recorded().event()));
      case Write.Change _, Write.Forget _, Write.Prune _, Write.Barrier _ -> false;
    };
  }

  private static boolean comesOf(Event event) {
    return switch (event) {
      case ContainerEvent one -> comesOf(one);
      case ImageEvent one ->
          one instanceof ImageEvent.Untagged || one instanceof ImageEvent.Deleted;
      case VolumeEvent one ->
          one instanceof VolumeEvent.Unclaimed
              || one instanceof VolumeEvent.Unmounted
              || one instanceof VolumeEvent.RemoveRequested
              || one instanceof VolumeEvent.Removed;
      case NetworkEvent one ->
          one instanceof NetworkEvent.Disconnected || one instanceof NetworkEvent.Removed;
      case BuildEvent one -> one instanceof BuildEvent.Failed;
      case HostEvent one ->
          one instanceof HostEvent.Pruned || one instanceof HostEvent.AgentStopping;
      case PullEvent one -> one.endsEntity();
      case PushEvent one -> one.endsEntity();
    };
  }

  private static boolean comesOf(ContainerEvent event) {
    return switch (event) {
      case ContainerEvent.StopRequested stop -> !stop.thenStart();
      case ContainerEvent.Stopped _,
          ContainerEvent.KillRequested _,
          ContainerEvent.Exited _,
          ContainerEvent.OutOfMemory _,
          ContainerEvent.StartFailed _,
          ContainerEvent.RestartCancelled _,
          ContainerEvent.ShutdownRequested _,
          ContainerEvent.NetworkDisconnected _,
          ContainerEvent.ExecEnded _,
          ContainerEvent.Observed _,
          ContainerEvent.RemoveRequested _,
          ContainerEvent.RemoveFailed _,
          ContainerEvent.Removed _ ->
          true;
      case ContainerEvent.Created _,
          ContainerEvent.Renamed _,
          ContainerEvent.StartRequested _,
          ContainerEvent.Started _,
          ContainerEvent.Paused _,
          ContainerEvent.Unpaused _,
          ContainerEvent.RestartScheduled _,
          ContainerEvent.HealthChecked _,
          ContainerEvent.Updated _,
          ContainerEvent.NetworkConnected _,
          ContainerEvent.ExecCreated _,
          ContainerEvent.ExecStarted _ ->
          false;
    };
  }
}
