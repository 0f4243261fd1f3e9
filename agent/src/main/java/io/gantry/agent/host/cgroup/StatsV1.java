package io.gantry.agent.host.cgroup;

import io.gantry.agent.Stats;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counters of version 1, where each controller has a tree of its own. */
final class StatsV1 {
  private static final long NANOS_PER_TICK = 10_000_000;

  private final Hierarchies hierarchies;
  private final Path group;

  /** {@code group}: relative to each hierarchy. */
  StatsV1(Hierarchies hierarchies, Path group) {
    this.hierarchies = hierarchies;
    this.group = group;
  }

  Stats read(HostCounters host, long processes) throws IOException {
    var current = GroupFiles.text(file("pids", "pids.current"));
    return new Stats(
        Instant.now(),
        cpu(host),
        memory(host),
        current.isEmpty() ? processes : GroupFiles.number(current),
        GroupFiles.number(file("pids", "pids.max")),
        Map.of(),
        blockIo());
  }

  private Stats.Cpu cpu(HostCounters host) throws IOException {
    var ticks = GroupFiles.table(file("cpuacct", "cpuacct.stat"));
    var throttling = GroupFiles.table(file("cpu", "cpu.stat"));
    var each = new ArrayList<Long>();
    for (var cpu : GroupFiles.text(file("cpuacct", "cpuacct.usage_percpu")).split("\\s+")) {
      if (!cpu.isEmpty()) {
        each.add(GroupFiles.number(cpu));
      }
    }
    return new Stats.Cpu(
        GroupFiles.number(file("cpuacct", "cpuacct.usage")),
        ticks.getOrDefault("system", 0L) * NANOS_PER_TICK,
        ticks.getOrDefault("user", 0L) * NANOS_PER_TICK,
        List.copyOf(each),
        host.systemNanos(),
        host.onlineCpus(),
        throttling.getOrDefault("nr_periods", 0L),
        throttling.getOrDefault("nr_throttled", 0L),
        throttling.getOrDefault("throttled_time", 0L));
  }

  private Stats.Memory memory(HostCounters host) throws IOException {
    return new Stats.Memory(
        GroupFiles.number(file("memory", "memory.usage_in_bytes")),
        GroupFiles.number(file("memory", "memory.max_usage_in_bytes")),
        host.limit(GroupFiles.number(file("memory", "memory.limit_in_bytes"))),
        GroupFiles.number(file("memory", "memory.failcnt")),
        GroupFiles.table(file("memory", "memory.stat")),
        1);
  }

  private List<Stats.BlockIo> blockIo() throws IOException {
    var operations = new HashMap<String, Long>();
    for (var line : recursive("blkio.throttle.io_serviced").split("\n")) {
      var cut = line.lastIndexOf(' ');
      if (cut > 0) {
        operations.put(line.substring(0, cut), GroupFiles.number(line.substring(cut + 1)));
      }
    }
    var all = new ArrayList<Stats.BlockIo>();
    for (var line : recursive("blkio.throttle.io_service_bytes").split("\n")) {
      var fields = line.split("[ :]");
      if (fields.length == 4 && (fields[2].equals("Read") || fields[2].equals("Write"))) {
        var key = line.substring(0, line.lastIndexOf(' '));
        all.add(
            new Stats.BlockIo(
                (int) GroupFiles.number(fields[0]),
                (int) GroupFiles.number(fields[1]),
                fields[2].toLowerCase(Locale.ROOT),
                GroupFiles.number(fields[3]),
                operations.getOrDefault(key, 0L)));
      }
    }
    return List.copyOf(all);
  }

  private String recursive(String name) throws IOException {
    var all = GroupFiles.text(file("blkio", name + "_recursive"));
    return all.isEmpty() ? GroupFiles.text(file("blkio", name)) : all;
  }

  /** A file that does not exist when the controller is not mounted. */
  private Path file(String controller, String name) {
    var hierarchy = hierarchies.of(controller).orElse(Path.of("/nonexistent"));
    return hierarchy.resolve(group).resolve(name);
  }
}
