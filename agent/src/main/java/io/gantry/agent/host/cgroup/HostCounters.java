package io.gantry.agent.host.cgroup;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What Docker's statistics take from the whole host.
 *
 * @param systemNanos time of all processors, idle included
 */
record HostCounters(long systemNanos, int onlineCpus, long memoryBytes) {
  private static final long NANOS_PER_TICK = 10_000_000;
  private static final int FIELDS = 8;
  private static final int KIBI = 1024;

  static HostCounters read(Path proc) throws IOException {
    return parse(GroupFiles.text(proc.resolve("stat")), GroupFiles.text(proc.resolve("meminfo")));
  }

  static HostCounters parse(String stat, String meminfo) {
    var ticks = 0L;
    var cpus = 0;
    for (var line : stat.split("\n")) {
      var fields = line.trim().split("\\s+");
      if (fields[0].equals("cpu")) {
        for (var i = 1; i < Math.min(fields.length, FIELDS); i++) {
          ticks += GroupFiles.number(fields[i]);
        }
      } else if (fields[0].startsWith("cpu")) {
        cpus++;
      }
    }
    return new HostCounters(ticks * NANOS_PER_TICK, cpus, memory(meminfo));
  }

  private static long memory(String meminfo) {
    for (var line : meminfo.split("\n")) {
      var fields = line.split("\\s+");
      if (fields.length > 1 && fields[0].equals("MemTotal:")) {
        return GroupFiles.number(fields[1]) * KIBI;
      }
    }
    return 0;
  }

  /** A group without a limit can use the whole machine, and that is what Docker shows. */
  long limit(long groups) {
    return groups <= 0 || memoryBytes > 0 && groups > memoryBytes ? memoryBytes : groups;
  }
}
