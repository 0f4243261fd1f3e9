package io.gantry.agent.engine;

import io.gantry.agent.LimitSupport;
import io.gantry.agent.LimitSupport.Limit;
import io.gantry.protocol.v1.ResourceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Limits against what they may be and what this host can keep. What is wrong refuses the request,
 * what the kernel cannot do is left out with a warning; texts are Docker's.
 */
final class LimitsCheck {
  private static final long LEAST_MEMORY = 6L << 20;
  private static final String NOT_THERE = " or the cgroup is not mounted. ";

  private final LimitSupport host;
  private final boolean update;
  private final ResourceSpec.Builder spec;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param wrong why the request is refused
   * @param spec what the host can keep of what was asked for
   */
  record Result(Optional<String> wrong, ResourceSpec spec, List<String> warnings) {}

  private LimitsCheck(ResourceSpec asked, LimitSupport host, boolean update) {
    this.host = host;
    this.update = update;
    this.spec = asked.toBuilder();
  }

  /** {@code update}: of limits that are changed, where the rest stays as it is. */
  static Result check(ResourceSpec asked, LimitSupport host, boolean update) {
    var check = new LimitsCheck(asked, host, update);
    var wrong =
        Checks.first(
            check::memory,
            check::reservation,
            check::outOfMemory,
            check::processes,
            check::cpuTime,
            check::cpusets,
            check::blockIo);
    return new Result(wrong, check.spec.build(), List.copyOf(check.warnings));
  }

  private boolean lacks(boolean asked, Limit limit, String warning) {
    if (!asked || host.keeps(limit)) {
      return false;
    }
    warnings.add("Your kernel does not support " + warning);
    return true;
  }

  private Optional<String> memory() {
    var memory = spec.getMemoryBytes();
    if (memory != 0 && memory < LEAST_MEMORY) {
      return Optional.of("Minimum memory limit allowed is 6MB");
    }
    if (lacks(
        memory > 0,
        Limit.MEMORY,
        "memory limit capabilities" + NOT_THERE + "Limitation discarded.")) {
      spec.clearMemoryBytes().setMemorySwapBytes(-1);
    }
    if (lacks(
        spec.getMemoryBytes() > 0 && spec.getMemorySwapBytes() != -1,
        Limit.SWAP,
        "swap limit capabilities" + NOT_THERE + "Memory limited without swap.")) {
      spec.setMemorySwapBytes(-1);
    }
    var swap = spec.getMemorySwapBytes();
    if (spec.getMemoryBytes() > 0 && swap > 0 && swap < spec.getMemoryBytes()) {
      return Optional.of("Minimum memoryswap limit should be larger than memory limit, see usage");
    }
    if (spec.getMemoryBytes() == 0 && swap > 0 && !update) {
      return Optional.of(
          "You should always set the Memory limit when using Memoryswap limit, see usage");
    }
    return swappiness();
  }

  private Optional<String> swappiness() {
    // Docker's command line says -1 for "not given".
    if (spec.hasMemorySwappiness() && spec.getMemorySwappiness() == -1
        || lacks(
            spec.hasMemorySwappiness(),
            Limit.SWAPPINESS,
            "memory swappiness capabilities" + NOT_THERE + "Memory swappiness discarded.")) {
      spec.clearMemorySwappiness();
    }
    var swappiness = spec.getMemorySwappiness();
    return swappiness < 0 || swappiness > 100
        ? Optional.of(
            "Invalid value: %d, valid memory swappiness range is 0-100".formatted(swappiness))
        : Optional.empty();
  }

  private Optional<String> reservation() {
    if (lacks(
        spec.getMemoryReservationBytes() > 0,
        Limit.MEMORY_RESERVATION,
        "memory soft limit capabilities" + NOT_THERE + "Limitation discarded.")) {
      spec.clearMemoryReservationBytes();
    }
    var reservation = spec.getMemoryReservationBytes();
    if (reservation != 0 && reservation < LEAST_MEMORY) {
      return Optional.of("Minimum memory reservation allowed is 6MB");
    }
    if (reservation > 0 && spec.getMemoryBytes() > 0 && spec.getMemoryBytes() < reservation) {
      return Optional.of(
          "Minimum memory limit can not be less than memory reservation limit, see usage");
    }
    if (lacks(
        spec.getKernelMemoryBytes() > 0,
        Limit.KERNEL_MEMORY,
        "kernel memory limit capabilities" + NOT_THERE + "Limitation discarded.")) {
      spec.clearKernelMemoryBytes();
    }
    return Optional.empty();
  }

  private Optional<String> outOfMemory() {
    if (spec.hasOomKillDisable() && !host.keeps(Limit.OOM_KILL_DISABLE)) {
      if (spec.getOomKillDisable()) {
        warnings.add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
      }
      spec.clearOomKillDisable();
    }
    if (spec.getOomKillDisable() && spec.getMemoryBytes() == 0 && !update) {
      warnings.add(
          "OOM killer is disabled for the container, but no memory limit is set, this can result"
              + " in the system running out of resources.");
    }
    var score = spec.getOomScoreAdj();
    return score < -1000 || score > 1000
        ? Optional.of("Invalid value %d, range for oom score adj is [-1000, 1000]".formatted(score))
        : Optional.empty();
  }

  private Optional<String> processes() {
    if (spec.hasPidsLimit() && !host.keeps(Limit.PIDS)) {
      if (spec.getPidsLimit() > 0) {
        warnings.add(
            "Your kernel does not support PIDs limit capabilities"
                + NOT_THERE
                + "PIDs limit discarded.");
      }
      spec.clearPidsLimit();
    }
    return Optional.empty();
  }

  private Optional<String> cpuTime() {
    if (spec.getNanoCpus() > 0 && spec.getCpuPeriodMicros() > 0) {
      return Optional.of("Conflicting options: Nano CPUs and CPU Period cannot both be set");
    }
    if (spec.getNanoCpus() > 0 && spec.getCpuQuotaMicros() > 0) {
      return Optional.of("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    }
    if (spec.getNanoCpus() > 0 && !host.keeps(Limit.CPU_QUOTA)) {
      return Optional.of(
          "NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the"
              + " cgroup is not mounted");
    }
    if (spec.getNanoCpus() < 0 || spec.getNanoCpus() > host.processors() * 1_000_000_000L) {
      return Optional.of(
          "range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available"
              .formatted(host.processors(), host.processors()));
    }
    if (spec.getCpuShares() < 0) {
      return Optional.of("shares: invalid argument");
    }
    if (lacks(
        spec.getCpuShares() > 0,
        Limit.CPU_SHARES,
        "CPU shares" + NOT_THERE + "Shares discarded.")) {
      spec.clearCpuShares();
    }
    if (lacks(
        spec.getCpuPeriodMicros() != 0 || spec.getCpuQuotaMicros() != 0,
        Limit.CPU_QUOTA,
        "CPU CFS scheduler. CPU period/quota discarded.")) {
      spec.clearCpuPeriodMicros().clearCpuQuotaMicros();
    }
    return periods();
  }

  private Optional<String> periods() {
    var period = spec.getCpuPeriodMicros();
    if (period != 0 && (period < 1000 || period > 1_000_000)) {
      return Optional.of(
          "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    }
    if (spec.getCpuQuotaMicros() > 0 && spec.getCpuQuotaMicros() < 1000) {
      return Optional.of("CPU cfs quota can not be less than 1ms (i.e. 1000)");
    }
    if (spec.getCpuPercent() > 0) {
      warnings.add("linux does not support CPU percent. Percent discarded.");
      spec.clearCpuPercent();
    }
    if (!host.keeps(Limit.CPU_REALTIME)
        && (spec.getCpuRealtimePeriodMicros() != 0 || spec.getCpuRealtimeRuntimeMicros() != 0)) {
      return Optional.of(
          "kernel does not support CPU real-time scheduler"
              + (spec.getCpuRealtimePeriodMicros() != 0 ? "" : ": its runtime cannot be set"));
    }
    if (spec.getCpuRealtimePeriodMicros() != 0
        && spec.getCpuRealtimeRuntimeMicros() > spec.getCpuRealtimePeriodMicros()) {
      return Optional.of("cpu real-time runtime cannot be higher than cpu real-time period");
    }
    return Optional.empty();
  }

  private Optional<String> cpusets() {
    if (lacks(
        !spec.getCpusetCpus().isEmpty() || !spec.getCpusetMems().isEmpty(),
        Limit.CPUSET,
        "cpuset" + NOT_THERE + "Cpuset discarded.")) {
      spec.clearCpusetCpus().clearCpusetMems();
    }
    return Checks.first(
        () -> CpuList.check("cpus", "CPUs", spec.getCpusetCpus(), host.cpus()),
        () -> CpuList.check("mems", "memory nodes", spec.getCpusetMems(), host.memoryNodes()));
  }

  private Optional<String> blockIo() {
    if (lacks(
        spec.getBlkioWeight() > 0,
        Limit.IO_WEIGHT,
        "Block I/O weight" + NOT_THERE + "Weight discarded.")) {
      spec.clearBlkioWeight();
    }
    var weight = spec.getBlkioWeight();
    if (weight > 0 && (weight < 10 || weight > 1000)) {
      return Optional.of("Range of blkio weight is from 10 to 1000");
    }
    if (lacks(
        spec.getBlkioWeightDeviceCount() > 0,
        Limit.IO_WEIGHT_DEVICE,
        "Block I/O weight_device" + NOT_THERE + "Weight-device discarded.")) {
      spec.clearBlkioWeightDevice();
    }
    if (lacks(
        spec.getBlkioDeviceReadBpsCount() > 0,
        Limit.IO_READ_BPS,
        "BPS Block I/O read limit" + NOT_THERE + "Block I/O BPS read limit discarded.")) {
      spec.clearBlkioDeviceReadBps();
    }
    if (lacks(
        spec.getBlkioDeviceWriteBpsCount() > 0,
        Limit.IO_WRITE_BPS,
        "BPS Block I/O write limit" + NOT_THERE + "Block I/O BPS write limit discarded.")) {
      spec.clearBlkioDeviceWriteBps();
    }
    if (lacks(
        spec.getBlkioDeviceReadIopsCount() > 0,
        Limit.IO_READ_IOPS,
        "IOPS Block read limit" + NOT_THERE + "Block I/O IOPS read limit discarded.")) {
      spec.clearBlkioDeviceReadIops();
    }
    if (lacks(
        spec.getBlkioDeviceWriteIopsCount() > 0,
        Limit.IO_WRITE_IOPS,
        "IOPS Block write limit" + NOT_THERE + "Block I/O IOPS write limit discarded.")) {
      spec.clearBlkioDeviceWriteIops();
    }
    return Optional.empty();
  }
}
