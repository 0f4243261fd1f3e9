package io.gantry.cli;

import io.gantry.protocol.v1.StorageSpec;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What the container sees of the disk. */
final class StorageOptions {
  @Option(
      names = {"-v", "--volume"},
      paramLabel = "[SOURCE:]PATH[:ro]",
      description = {
        "Mount a directory of the host or a volume by name; may be repeated.",
        "Without SOURCE: a volume of its own"
      })
  private List<String> volumes = new ArrayList<>();

  @Option(
      names = "--tmpfs",
      paramLabel = "PATH[:OPTIONS]",
      description = "Mount a file system in memory")
  private List<String> tmpfs = new ArrayList<>();

  @Option(
      names = "--volumes-from",
      paramLabel = "CONTAINER[:ro]",
      description = "All volumes of another container")
  private List<String> volumesFrom = new ArrayList<>();

  @Option(names = "--read-only", description = "The root file system cannot be written")
  private boolean readOnly;

  @Option(names = "--shm-size", paramLabel = "SIZE", description = "Of /dev/shm: 64m")
  private String sharedMemory = "";

  void addTo(StorageSpec.Builder spec) {
    for (var volume : volumes) {
      if (volume.contains(":")) {
        spec.addBinds(volume);
      } else {
        spec.addVolumes(volume);
      }
    }
    for (var mount : tmpfs) {
      var parts = mount.split(":", 2);
      spec.putTmpfs(parts[0], parts.length == 2 ? parts[1] : "");
    }
    spec.addAllVolumesFrom(volumesFrom).setReadonlyRootfs(readOnly);
    if (!sharedMemory.isEmpty()) {
      spec.setShmSizeBytes(SizeOption.parse(sharedMemory));
    }
  }
}
