package io.gantry.agent;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One sample of a container's use of the host. Counters count from the container's start; times in
 * nanoseconds, sizes in bytes. Empty maps and zeros where it does not run.
 */
public record Stats(
    Instant read,
    Cpu cpu,
    Memory memory,
    long pids,
    long pidsLimit,
    Map<String, Interface> networks,
    List<BlockIo> blockIo) {
  public record Cpu(
      long totalNanos,
      long kernelNanos,
      long userNanos,
      List<Long> perCpuNanos,
      long systemNanos,
      int onlineCpus,
      long periods,
      long throttledPeriods,
      long throttledNanos) {}

  /** {@code details} holds memory.stat as the kernel names it. {@code cgroupVersion}: 1 or 2. */
  public record Memory(
      long usage,
      long maxUsage,
      long limit,
      long failures,
      Map<String, Long> details,
      int cgroupVersion) {}

  public record Interface(
      long rxBytes,
      long rxPackets,
      long rxErrors,
      long rxDropped,
      long txBytes,
      long txPackets,
      long txErrors,
      long txDropped) {}

  /** {@code operation}: "read" or "write". */
  public record BlockIo(int major, int minor, String operation, long bytes, long operations) {}
}
