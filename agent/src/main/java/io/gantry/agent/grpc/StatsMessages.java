package io.gantry.agent.grpc;

import io.gantry.agent.Stats;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.BlockIoStats;
import io.gantry.protocol.v1.CpuStats;
import io.gantry.protocol.v1.InterfaceStats;
import io.gantry.protocol.v1.MemoryStats;
import io.gantry.protocol.v1.StatsResponse;

/** A sample of a container's use of the host as a message. */
final class StatsMessages {
  private StatsMessages() {}

  static StatsResponse of(Stats stats) {
    var message =
        StatsResponse.newBuilder()
            .setRead(Moments.timestamp(stats.read()))
            .setCpu(cpu(stats.cpu()))
            .setMemory(memory(stats.memory()))
            .setPids(stats.pids())
            .setPidsLimit(stats.pidsLimit());
    stats.networks().forEach((device, counters) -> message.putNetworks(device, network(counters)));
    stats.blockIo().forEach(counters -> message.addBlockIo(blockIo(counters)));
    return message.build();
  }

  private static CpuStats cpu(Stats.Cpu cpu) {
    return CpuStats.newBuilder()
        .setTotalNanos(cpu.totalNanos())
        .setKernelNanos(cpu.kernelNanos())
        .setUserNanos(cpu.userNanos())
        .addAllPerCpuNanos(cpu.perCpuNanos())
        .setSystemNanos(cpu.systemNanos())
        .setOnlineCpus(cpu.onlineCpus())
        .setPeriods(cpu.periods())
        .setThrottledPeriods(cpu.throttledPeriods())
        .setThrottledNanos(cpu.throttledNanos())
        .build();
  }

  private static MemoryStats memory(Stats.Memory memory) {
    return MemoryStats.newBuilder()
        .setUsageBytes(memory.usage())
        .setMaxUsageBytes(memory.maxUsage())
        .setLimitBytes(memory.limit())
        .setFailures(memory.failures())
        .putAllDetails(memory.details())
        .setCgroupVersion(memory.cgroupVersion())
        .build();
  }

  private static InterfaceStats network(Stats.Interface counters) {
    return InterfaceStats.newBuilder()
        .setRxBytes(counters.rxBytes())
        .setRxPackets(counters.rxPackets())
        .setRxErrors(counters.rxErrors())
        .setRxDropped(counters.rxDropped())
        .setTxBytes(counters.txBytes())
        .setTxPackets(counters.txPackets())
        .setTxErrors(counters.txErrors())
        .setTxDropped(counters.txDropped())
        .build();
  }

  private static BlockIoStats blockIo(Stats.BlockIo counters) {
    return BlockIoStats.newBuilder()
        .setMajor(counters.major())
        .setMinor(counters.minor())
        .setOperation(counters.operation())
        .setBytes(counters.bytes())
        .setOperations(counters.operations())
        .build();
  }
}
