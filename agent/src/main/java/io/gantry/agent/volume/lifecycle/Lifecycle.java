package io.gantry.agent.volume.lifecycle;

import io.gantry.agent.volume.lifecycle.Decision.Accepted;
import io.gantry.agent.volume.lifecycle.Decision.DeleteAgain;
import io.gantry.agent.volume.lifecycle.Decision.Refused;
import io.gantry.agent.volume.lifecycle.Decision.Unchanged;
import io.gantry.agent.volume.lifecycle.State.Absent;
import io.gantry.agent.volume.lifecycle.State.Present;
import io.gantry.agent.volume.lifecycle.State.Removing;
import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** A volume's life as pure functions. Texts are Docker's. */
public final class Lifecycle {
  private Lifecycle() {}

  public static Decision decide(String name, State state, Request request) {
    return switch (state) {
      case Absent _ -> whenAbsent(name, request);
      case Present present -> whenPresent(name, present, request);
      case Removing _ -> whenRemoving(name, request);
    };
  }

  private static Decision whenAbsent(String name, Request request) {
    return switch (request) {
      case Request.Create(var spec, var at) -> new Accepted(new VolumeEvent.Created(spec, at));
      case Request.Remove(var force, _) -> force ? new Unchanged() : unknown(name);
      case Request.Claim _ -> unknown(name);
      case Request.Unclaim _, Request.NoteMounted _, Request.NoteUnmounted _ -> new Unchanged();
    };
  }

  private static Decision whenPresent(String name, Present present, Request request) {
    var users = present.volume().getUsedByList();
    return switch (request) {
      case Request.Create(var spec, _) -> whenItExists(name, present.volume().getSpec(), spec);
      case Request.Claim(var container, var at) ->
          users.contains(container)
              ? new Unchanged()
              : new Accepted(new VolumeEvent.Claimed(container, at));
      case Request.Unclaim(var container, var at) ->
          users.contains(container)
              ? new Accepted(new VolumeEvent.Unclaimed(container, at))
              : new Unchanged();
      case Request.Remove(_, var at) ->
          users.isEmpty()
              ? new Accepted(new VolumeEvent.RemoveRequested(at))
              : new Refused(
                  ErrorKind.CONFLICT,
                  "remove %s: volume is in use - [%s]".formatted(name, String.join(", ", users)));
      case Request.NoteMounted(var container, var destination, var readWrite, var at) ->
          new Accepted(new VolumeEvent.Mounted(container, destination, readWrite, at));
      case Request.NoteUnmounted(var container, var at) ->
          present.mounted().contains(container)
              ? new Accepted(new VolumeEvent.Unmounted(container, at))
              : new Unchanged();
    };
  }

  private static Decision whenItExists(String name, VolumeSpec present, VolumeSpec asked) {
    return asked.getDriver().isEmpty() || asked.getDriver().equals(present.getDriver())
        ? new Unchanged()
        : new Refused(
            ErrorKind.CONFLICT,
            "create %s: driver '%s' already has volume '%s': volume name must be unique"
                .formatted(name, present.getDriver(), name));
  }

  private static Decision whenRemoving(String name, Request request) {
    return switch (request) {
      case Request.Create _ ->
          new Refused(ErrorKind.CONFLICT, "create %s: volume is being removed".formatted(name));
      case Request.Claim _ -> unknown(name);
      case Request.Remove _ -> new DeleteAgain();
      case Request.Unclaim _, Request.NoteMounted _, Request.NoteUnmounted _ -> new Unchanged();
    };
  }

  /** The host reports that the directory is gone. */
  public static VolumeEvent deleted(Instant at) {
    return new VolumeEvent.Removed(at);
  }

  public static Refused unknown(String name) {
    return new Refused(ErrorKind.NOT_FOUND, "get %s: no such volume".formatted(name));
  }

  /** Total: accepts every event in every state. */
  public static State apply(State state, VolumeEvent event) {
    return switch (event) {
      case VolumeEvent.Created(var spec, var at) ->
          new Present(volume(spec, at), Set.of(), Set.of());
      case VolumeEvent.Removed _ -> new Absent();
      case VolumeEvent.RemoveRequested _ ->
          switch (state) {
            case Present(var volume, _, _) -> new Removing(volume);
            case Absent _, Removing _ -> state;
          };
      case VolumeEvent.Claimed _,
          VolumeEvent.Unclaimed _,
          VolumeEvent.Mounted _,
          VolumeEvent.Unmounted _ ->
          switch (state) {
            case Present present -> used(present, event);
            case Absent _, Removing _ -> state;
          };
    };
  }

  private static State used(Present present, VolumeEvent event) {
    var volume = present.volume();
    var mountedBy = new HashSet<>(present.mountedBy());
    var mounted = new HashSet<>(present.mounted());
    return switch (event) {
      case VolumeEvent.Claimed(var container, _) ->
          volume.getUsedByList().contains(container)
              ? present
              : new Present(volume.toBuilder().addUsedBy(container).build(), mountedBy, mounted);
      case VolumeEvent.Unclaimed(var container, _) -> {
        var users =
            volume.getUsedByList().stream().filter(user -> !user.equals(container)).toList();
        mountedBy.remove(container);
        mounted.remove(container);
        var rest = volume.toBuilder().clearUsedBy().addAllUsedBy(users);
        if (volume.getSpec().getMadeFor().equals(container)) {
          rest.getSpecBuilder().clearMadeFor();
        }
        yield new Present(rest.build(), mountedBy, mounted);
      }
      case VolumeEvent.Mounted(var container, _, _, _) -> {
        mountedBy.add(container);
        mounted.add(container);
        yield new Present(volume, mountedBy, mounted);
      }
      case VolumeEvent.Unmounted(var container, _) -> {
        mounted.remove(container);
        yield new Present(volume, mountedBy, mounted);
      }
      case VolumeEvent.Created _, VolumeEvent.RemoveRequested _, VolumeEvent.Removed _ -> present;
    };
  }

  private static Volume volume(VolumeSpec spec, Instant at) {
    return Volume.newBuilder().setSpec(spec).setCreatedAt(Moments.timestamp(at)).build();
  }
}
