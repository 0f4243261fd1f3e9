package io.gantry.cluster.remote;

import io.gantry.agent.Stats;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.CpuStats;
import io.gantry.protocol.v1.InterfaceStats;
import io.gantry.protocol.v1.MemoryStats;
import io.gantry.protocol.v1.StatsResponse;
import java.util.HashMap;

/** A sample of another host, read from its message. */
final class RemoteStats {
  private RemoteStats() {}

  static Stats read(StatsResponse message) {
    var networks = new HashMap<String, Stats.Interface>();
    message.getNetworksMap().forEach((device, counters) -> networks.put(device, of(counters)));
    return new Stats(
        Moments.instant(message.getRead()),
        of(message.getCpu()),
        of(message.getMemory()),
        message.getPids(),
        message.getPidsLimit(),
        networks,
        message.getBlockIoList().stream()
            .map(
                io ->
                    new Stats.BlockIo(
                        io.getMajor(),
                        io.getMinor(),
                        io.getOperation(),
                        io.getBytes(),
                        io.getOperations()))
            .toList());
  }

  private static Stats.Cpu of(CpuStats cpu) {
    return new Stats.Cpu(
        cpu.getTotalNanos(),
        cpu.getKernelNanos(),
        cpu.getUserNanos(),
        cpu.getPerCpuNanosList(),
        cpu.getSystemNanos(),
        cpu.getOnlineCpus(),
        cpu.getPeriods(),
        cpu.getThrottledPeriods(),
        cpu.getThrottledNanos());
  }

  private static Stats.Memory of(MemoryStats memory) {
    return new Stats.Memory(
        memory.getUsageBytes(),
        memory.getMaxUsageBytes(),
        memory.getLimitBytes(),
        memory.getFailures(),
        memory.getDetailsMap(),
        memory.getCgroupVersion());
  }

  private static Stats.Interface of(InterfaceStats counters) {
    return new Stats.Interface(
        counters.getRxBytes(),
        counters.getRxPackets(),
        counters.getRxErrors(),
        counters.getRxDropped(),
        counters.getTxBytes(),
        counters.getTxPackets(),
        counters.getTxErrors(),
        counters.getTxDropped());
  }
}
