package io.gantry.agent.docker.json;

import io.gantry.agent.Stats;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A sample of a container's consumption, beside the CPU times of the one before. */
public final class StatsJson {
  private StatsJson() {}

  public static void write(
      JsonWriter json, String id, String name, Optional<Stats> previous, Stats sample) {
    json.object(
        () -> {
          json.text("name", "/" + name);
          json.text("id", id);
          json.time("read", sample.read());
          json.text("preread", previous.map(Stats::read).map(Times::rfc3339).orElse(Times.NEVER));
          json.object("pids_stats", () -> pids(json, sample));
          json.object("blkio_stats", () -> blockIo(json, sample));
          json.number("num_procs", 0);
          json.object("storage_stats", () -> {});
          json.object("cpu_stats", () -> cpu(json, sample));
          json.object(
              "precpu_stats",
              () -> previous.ifPresentOrElse(before -> cpu(json, before), () -> noCpu(json)));
          json.object("memory_stats", () -> memory(json, sample.memory()));
          if (!sample.networks().isEmpty()) {
            json.object("networks", () -> networks(json, sample));
          }
        });
  }

  /** What only schedulers that kernels no longer have counted. */
  private static final List<String> UNKNOWN_BLOCK_IO =
      List.of(
          "io_queue_recursive",
          "io_service_time_recursive",
          "io_wait_time_recursive",
          "io_merged_recursive",
          "io_time_recursive",
          "sectors_recursive");

  private static void pids(JsonWriter json, Stats sample) {
    if (sample.pids() > 0) {
      json.number("current", sample.pids());
    }
    if (sample.pidsLimit() > 0) {
      json.number("limit", sample.pidsLimit());
    }
  }

  private static void blockIo(JsonWriter json, Stats sample) {
    json.array("io_service_bytes_recursive", sample.blockIo(), io -> blockIo(json, io, io.bytes()));
    if (sample.memory().cgroupVersion() == 1) {
      json.array(
          "io_serviced_recursive", sample.blockIo(), io -> blockIo(json, io, io.operations()));
      UNKNOWN_BLOCK_IO.forEach(name -> json.array(name, () -> {}));
    } else {
      json.nothing("io_serviced_recursive");
      UNKNOWN_BLOCK_IO.forEach(json::nothing);
    }
  }

  private static void blockIo(JsonWriter json, Stats.BlockIo io, long value) {
    json.object(
        () -> {
          json.number("major", io.major());
          json.number("minor", io.minor());
          json.text("op", io.operation());
          json.number("value", value);
        });
  }

  private static void cpu(JsonWriter json, Stats sample) {
    var cpu = sample.cpu();
    json.object(
        "cpu_usage",
        () -> {
          json.number("total_usage", cpu.totalNanos());
          if (!cpu.perCpuNanos().isEmpty()) {
            json.array("percpu_usage", cpu.perCpuNanos(), json::value);
          }
          json.number("usage_in_kernelmode", cpu.kernelNanos());
          json.number("usage_in_usermode", cpu.userNanos());
        });
    if (cpu.systemNanos() > 0) {
      json.number("system_cpu_usage", cpu.systemNanos());
    }
    if (cpu.onlineCpus() > 0) {
      json.number("online_cpus", cpu.onlineCpus());
    }
    throttling(json, cpu.periods(), cpu.throttledPeriods(), cpu.throttledNanos());
  }

  private static void noCpu(JsonWriter json) {
    json.object(
        "cpu_usage",
        () -> {
          json.number("total_usage", 0);
          json.number("usage_in_kernelmode", 0);
          json.number("usage_in_usermode", 0);
        });
    throttling(json, 0, 0, 0);
  }

  private static void throttling(JsonWriter json, long periods, long throttled, long nanos) {
    json.object(
        "throttling_data",
        () -> {
          json.number("periods", periods);
          json.number("throttled_periods", throttled);
          json.number("throttled_time", nanos);
        });
  }

  private static void memory(JsonWriter json, Stats.Memory memory) {
    if (memory.usage() == 0 && memory.limit() == 0) {
      return; // it does not run
    }
    json.number("usage", memory.usage());
    if (memory.cgroupVersion() == 1) {
      json.number("max_usage", memory.maxUsage());
    }
    json.object("stats", () -> new TreeMap<>(memory.details()).forEach(json::number));
    if (memory.failures() > 0) {
      json.number("failcnt", memory.failures());
    }
    json.number("limit", memory.limit());
  }

  private static void networks(JsonWriter json, Stats sample) {
    new TreeMap<>(sample.networks())
        .forEach(
            (name, link) ->
                json.object(
                    name,
                    () -> {
                      json.number("rx_bytes", link.rxBytes());
                      json.number("rx_packets", link.rxPackets());
                      json.number("rx_errors", link.rxErrors());
                      json.number("rx_dropped", link.rxDropped());
                      json.number("tx_bytes", link.txBytes());
                      json.number("tx_packets", link.txPackets());
                      json.number("tx_errors", link.txErrors());
                      json.number("tx_dropped", link.txDropped());
                    }));
  }
}
