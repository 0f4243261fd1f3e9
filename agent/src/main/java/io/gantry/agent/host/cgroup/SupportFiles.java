package io.gantry.agent.host.cgroup;

import io.gantry.agent.LimitSupport;
import io.gantry.agent.LimitSupport.Limit;
import io.gantry.agent.host.Cgroups.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds out which limits the kernel keeps, by the files it offers for them. Version 1 has them in
 * every group, version 2 in every group but the root.
 */
final class SupportFiles {
  private record File(String controller, String name) {}

  private static final Map<Limit, File> V1 =
      Map.ofEntries(
          Map.entry(Limit.MEMORY, new File("memory", "memory.limit_in_bytes")),
          Map.entry(Limit.SWAP, new File("memory", "memory.memsw.limit_in_bytes")),
          Map.entry(Limit.MEMORY_RESERVATION, new File("memory", "memory.soft_limit_in_bytes")),
          Map.entry(Limit.SWAPPINESS, new File("memory", "memory.swappiness")),
          Map.entry(Limit.OOM_KILL_DISABLE, new File("memory", "memory.oom_control")),
          Map.entry(Limit.CPU_SHARES, new File("cpu", "cpu.shares")),
          Map.entry(Limit.CPU_QUOTA, new File("cpu", "cpu.cfs_quota_us")),
          Map.entry(Limit.CPU_REALTIME, new File("cpu", "cpu.rt_runtime_us")),
          Map.entry(Limit.CPUSET, new File("cpuset", "cpuset.cpus")),
          Map.entry(Limit.PIDS, new File("pids", "cgroup.procs")),
          Map.entry(Limit.IO_WEIGHT, new File("blkio", "blkio.weight")),
          Map.entry(Limit.IO_WEIGHT_DEVICE, new File("blkio", "blkio.weight_device")),
          Map.entry(Limit.IO_READ_BPS, new File("blkio", "blkio.throttle.read_bps_device")),
          Map.entry(Limit.IO_WRITE_BPS, new File("blkio", "blkio.throttle.write_bps_device")),
          Map.entry(Limit.IO_READ_IOPS, new File("blkio", "blkio.throttle.read_iops_device")),
          Map.entry(Limit.IO_WRITE_IOPS, new File("blkio", "blkio.throttle.write_iops_device")));

  /** By the controller that has to be there. What is not named here, version 2 does not have. */
  private static final Map<Limit, File> V2 =
      Map.ofEntries(
          Map.entry(Limit.MEMORY, new File("memory", "memory.max")),
          Map.entry(Limit.SWAP, new File("memory", "memory.swap.max")),
          Map.entry(Limit.MEMORY_RESERVATION, new File("memory", "memory.low")),
          Map.entry(Limit.CPU_SHARES, new File("cpu", "cpu.weight")),
          Map.entry(Limit.CPU_QUOTA, new File("cpu", "cpu.max")),
          Map.entry(Limit.CPUSET, new File("cpuset", "cpuset.cpus")),
          Map.entry(Limit.PIDS, new File("pids", "pids.max")),
          Map.entry(Limit.IO_WEIGHT, new File("io", "io.weight")),
          Map.entry(Limit.IO_READ_BPS, new File("io", "io.max")),
          Map.entry(Limit.IO_WRITE_BPS, new File("io", "io.max")),
          Map.entry(Limit.IO_READ_IOPS, new File("io", "io.max")),
          Map.entry(Limit.IO_WRITE_IOPS, new File("io", "io.max")));

  private SupportFiles() {}

  static LimitSupport read(Hierarchies hierarchies, int processors) throws IOException {
    return hierarchies.mode() == Mode.V2
        ? v2(hierarchies.unified().orElseThrow(), processors)
        : v1(hierarchies, processors);
  }

  private static LimitSupport v1(Hierarchies hierarchies, int processors) throws IOException {
    var kept = EnumSet.noneOf(Limit.class);
    V1.forEach(
        (limit, file) -> {
          if (exists(hierarchies.of(file.controller()), file.name())) {
            kept.add(limit);
          }
        });
    var cpuset = hierarchies.of("cpuset");
    return new LimitSupport(
        kept, text(cpuset, "cpuset.cpus"), text(cpuset, "cpuset.mems"), processors);
  }

  private static boolean exists(Optional<Path> directory, String name) {
    return directory.map(at -> Files.exists(at.resolve(name))).orElse(false);
  }

  private static String text(Optional<Path> directory, String name) throws IOException {
    return directory.isPresent() ? GroupFiles.text(directory.get().resolve(name)) : "";
  }

  /**
   * A group that shows its files may not exist yet; then the controllers alone have to tell, and
   * what some kernels leave out (swap, weights) is taken to be there.
   */
  private static LimitSupport v2(Path root, int processors) throws IOException {
    var controllers = Set.of(GroupFiles.text(root.resolve("cgroup.controllers")).split("\\s+"));
    var kept = EnumSet.noneOf(Limit.class);
    for (var each : V2.entrySet()) {
      var file = each.getValue();
      if (controllers.contains(file.controller())
          && shown(root, file)
              .map(SupportFiles::existsByAnyName)
              .orElse(each.getKey() != Limit.IO_WEIGHT)) {
        kept.add(each.getKey());
      }
    }
    var directory = Optional.of(root);
    return new LimitSupport(
        kept,
        text(directory, "cpuset.cpus.effective"),
        text(directory, "cpuset.mems.effective"),
        processors);
  }

  /** Weights belong to one of two schedulers of block devices, each with a file of its own. */
  private static boolean existsByAnyName(Path file) {
    return Files.exists(file)
        || Files.exists(
            file.resolveSibling(
                file.getFileName().toString().replace("io.weight", "io.bfq.weight")));
  }

  /** The file in the first group below the root that has its controller. */
  private static Optional<Path> shown(Path root, File file) throws IOException {
    try (Stream<Path> groups = Files.list(root)) {
      return groups
          .filter(group -> has(group, file.controller()))
          .findFirst()
          .map(group -> group.resolve(file.name()));
    }
  }

  private static boolean has(Path group, String controller) {
    try {
      return Set.of(GroupFiles.text(group.resolve("cgroup.controllers")).split("\\s+"))
          .contains(controller);
    } catch (IOException gone) {
      return false;
    }
  }
}
