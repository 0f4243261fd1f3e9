package io.gantry.agent.volume;

import io.gantry.agent.volume.lifecycle.State;
import io.gantry.protocol.v1.Volume;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The published view of all volumes: what the actors know, for reading without asking them. */
public final class VolumeTable {
  private final Path home;
  private final ConcurrentMap<String, State.Present> volumes = new ConcurrentHashMap<>();

  /** {@code home}: the directory that holds the volumes' own. */
  public VolumeTable(Path home) {
    this.home = home;
  }

  /** Told by a volume's actor after its recovery and after each change. */
  void publish(String name, State state) {
    switch (state) {
      case State.Present present -> volumes.put(name, present);
      case State.Absent _, State.Removing _ -> volumes.remove(name);
    }
  }

  Optional<Volume> find(String name) {
    return Optional.ofNullable(volumes.get(name)).map(present -> complete(present.volume()));
  }

  boolean hasBeenMounted(String name, String containerId) {
    var present = volumes.get(name);
    return present != null && present.mountedBy().contains(containerId);
  }

  Collection<Volume> list() {
    return volumes.values().stream()
        .map(present -> complete(present.volume()))
        .sorted(Comparator.comparing(volume -> volume.getSpec().getName()))
        .toList();
  }

  private Volume complete(Volume volume) {
    return volume.toBuilder().setMountpoint(data(volume.getSpec().getName()).toString()).build();
  }

  /** Everything of one volume. */
  Path directory(String name) {
    return home.resolve(name);
  }

  /** What containers see of it. */
  Path data(String name) {
    return directory(name).resolve("_data");
  }
}
