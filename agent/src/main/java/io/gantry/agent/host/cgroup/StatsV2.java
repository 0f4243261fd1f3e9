package io.gantry.agent.host.cgroup;

import io.gantry.agent.Stats;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counters of version 2: one directory has all files of the controllers that are on. */
final class StatsV2 {
  private static final long NANOS_PER_MICRO = 1000;

  private final Path group;

  StatsV2(Path group) {
    this.group = group;
  }

  Stats read(HostCounters host, long processes) throws IOException {
    var current = GroupFiles.text(group.resolve("pids.current"));
    return new Stats(
        Instant.now(),
        cpu(host),
        memory(host),
        current.isEmpty() ? processes : GroupFiles.number(current),
        GroupFiles.number(group.resolve("pids.max")),
        Map.of(),
        blockIo(GroupFiles.text(group.resolve("io.stat"))));
  }

  private Stats.Cpu cpu(HostCounters host) throws IOException {
    var stat = GroupFiles.table(group.resolve("cpu.stat"));
    return new Stats.Cpu(
        nanos(stat, "usage_usec"),
        nanos(stat, "system_usec"),
        nanos(stat, "user_usec"),
        List.of(),
        host.systemNanos(),
        host.onlineCpus(),
        stat.getOrDefault("nr_periods", 0L),
        stat.getOrDefault("nr_throttled", 0L),
        nanos(stat, "throttled_usec"));
  }

  private static long nanos(Map<String, Long> stat, String name) {
    return stat.getOrDefault(name, 0L) * NANOS_PER_MICRO;
  }

  private Stats.Memory memory(HostCounters host) throws IOException {
    return new Stats.Memory(
        GroupFiles.number(group.resolve("memory.current")),
        GroupFiles.number(group.resolve("memory.peak")),
        host.limit(GroupFiles.number(group.resolve("memory.max"))),
        GroupFiles.table(group.resolve("memory.events")).getOrDefault("max", 0L),
        GroupFiles.table(group.resolve("memory.stat")),
        2);
  }

  /** Lines such as "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0". */
  static List<Stats.BlockIo> blockIo(String stat) {
    var all = new ArrayList<Stats.BlockIo>();
    for (var line : stat.split("\n")) {
      var fields = line.split(" ");
      var device = fields.length < 2 ? fields : fields[0].split(":");
      if (fields.length < 2 || device.length != 2) {
        continue;
      }
      var counters = new HashMap<String, Long>();
      for (var field : fields) {
        var cut = field.indexOf('=');
        if (cut > 0) {
          counters.put(field.substring(0, cut), GroupFiles.number(field.substring(cut + 1)));
        }
      }
      var major = (int) GroupFiles.number(device[0]);
      var minor = (int) GroupFiles.number(device[1]);
      all.add(io(major, minor, "read", counters, "rbytes", "rios"));
      all.add(io(major, minor, "write", counters, "wbytes", "wios"));
    }
    return List.copyOf(all);
  }

  private static Stats.BlockIo io(
      int major,
      int minor,
      String operation,
      Map<String, Long> counters,
      String bytes,
      String operations) {
    return new Stats.BlockIo(
        major,
        minor,
        operation,
        counters.getOrDefault(bytes, 0L),
        counters.getOrDefault(operations, 0L));
  }
}
