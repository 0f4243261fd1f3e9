package io.gantry.agent.fake;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Volumes;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

public final class InMemoryVolumes implements Volumes {
  private final Map<String, Volume> volumes = new ConcurrentHashMap<>();
  private final InMemoryEventLog events;

  InMemoryVolumes(InMemoryEventLog events) {
    this.events = events;
  }

  @Override
  public CompletionStage<Outcome<Volume>> create(Caller caller, VolumeSpec spec) {
    var volume =
        Volume.newBuilder()
            .setSpec(spec)
            .setMountpoint("/var/lib/gantry/volumes/%s/_data".formatted(spec.getName()))
            .build();
    var before = volumes.putIfAbsent(spec.getName(), volume);
    if (before != null) {
      return CompletableFuture.completedStage(new Outcome.Unchanged<>(before));
    }
    events.append(
        caller, subject(spec.getName()), new VolumeEvent.Created(spec, InMemoryEngine.NOON));
    return CompletableFuture.completedStage(Outcome.done(volume));
  }

  private static Subject subject(String name) {
    return new Subject("volume", name, name, "", Map.of());
  }

  @Override
  public Outcome<Volume> inspect(String name) {
    var volume = volumes.get(name);
    return volume == null
        ? Outcome.refused(ErrorKind.NOT_FOUND, "get %s: no such volume".formatted(name))
        : Outcome.done(volume);
  }

  @Override
  public Collection<Volume> list() {
    return List.copyOf(volumes.values());
  }

  @Override
  public CompletionStage<Outcome<Volume>> remove(Caller caller, String name, boolean force) {
    var outcome = inspect(name);
    if (outcome instanceof Outcome.Refused<Volume> && force) {
      return CompletableFuture.completedStage(new Outcome.Unchanged<>(Volume.getDefaultInstance()));
    }
    if (volumes.remove(name) != null) {
      events.append(caller, subject(name), new VolumeEvent.Removed(InMemoryEngine.NOON));
    }
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public CompletionStage<Outcome<Long>> size(String name) {
    return CompletableFuture.completedStage(inspect(name).map(_ -> 4096L));
  }
}
