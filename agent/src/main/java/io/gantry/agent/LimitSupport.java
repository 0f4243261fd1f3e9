package io.gantry.agent;

import java.util.EnumSet;
import java.util.Set;

/**
 * What this host's kernel can limit, as far as its control groups show it.
 *
 * @param kept limits that the kernel keeps
 * @param cpus processors that a cpuset may name, as the kernel lists them ("0-3,8"); empty: unknown
 * @param memoryNodes as {@code cpus}, of memory nodes
 * @param processors how many there are
 */
public record LimitSupport(Set<Limit> kept, String cpus, String memoryNodes, int processors) {

  /** One kind of limit. */
  public enum Limit {
    MEMORY,
    SWAP,
    MEMORY_RESERVATION,
    SWAPPINESS,
    OOM_KILL_DISABLE,
    KERNEL_MEMORY,
    CPU_SHARES,
    CPU_QUOTA,
    CPU_REALTIME,
    CPUSET,
    PIDS,
    IO_WEIGHT,
    IO_WEIGHT_DEVICE,
    IO_READ_BPS,
    IO_WRITE_BPS,
    IO_READ_IOPS,
    IO_WRITE_IOPS
  }

  public LimitSupport {
    kept = Set.copyOf(kept);
  }

  /** Everything: for tests, and for hosts that are only imagined. */
  public static LimitSupport all(int processors) {
    return new LimitSupport(EnumSet.allOf(Limit.class), "", "", processors);
  }

  public boolean keeps(Limit limit) {
    return kept.contains(limit);
  }
}
