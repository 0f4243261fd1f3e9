package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.ThrottleDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@code linux.resources} without devices. What was not asked for is absent. */
public final class Resources {
  private static final long NANOS_PER_CPU = 1_000_000_000;
  private static final long DEFAULT_PERIOD = 100_000;

  private Resources() {}

  /** For the runtime's {@code update}. */
  public static ObjectNode of(ResourceSpec spec) throws IOException {
    return of(spec, HostDevices.LINUX);
  }

  static ObjectNode of(ResourceSpec spec, HostDevices host) throws IOException {
    var resources = Json.object();
    set(resources, "memory", memory(spec));
    set(resources, "cpu", cpu(spec));
    // No bound is a group's own default, and "-1" is more than some runtimes can write.
    if (spec.getPidsLimit() > 0) {
      resources.putObject("pids").put("limit", spec.getPidsLimit());
    }
    set(resources, "blockIO", blockIo(spec, host));
    return resources;
  }

  private static ObjectNode memory(ResourceSpec spec) {
    var memory = Json.object();
    put(memory, "limit", spec.getMemoryBytes());
    put(memory, "reservation", spec.getMemoryReservationBytes());
    // Unlimited as it is: a host without the controller has nowhere to write that.
    var unlimited = spec.getMemorySwapBytes() == -1 && spec.getMemoryBytes() == 0;
    if (spec.getMemorySwapBytes() != 0 && !unlimited) {
      memory.put("swap", spec.getMemorySwapBytes());
    } else if (spec.getMemoryBytes() > 0) {
      // Docker's default: as much swap as memory.
      memory.put(
          "swap", Math.multiplyExact(2, Math.min(spec.getMemoryBytes(), Long.MAX_VALUE / 2)));
    }
    if (spec.hasMemorySwappiness() && spec.getMemorySwappiness() >= 0) {
      memory.put("swappiness", spec.getMemorySwappiness());
    }
    if (spec.hasOomKillDisable() && spec.getOomKillDisable()) {
      memory.put("disableOOMKiller", true);
    }
    return memory;
  }

  private static ObjectNode cpu(ResourceSpec spec) {
    var cpu = Json.object();
    put(cpu, "shares", spec.getCpuShares());
    if (spec.getNanoCpus() > 0) {
      cpu.put("period", DEFAULT_PERIOD);
      cpu.put("quota", scaled(spec.getNanoCpus()));
    } else {
      put(cpu, "period", spec.getCpuPeriodMicros());
      if (spec.getCpuQuotaMicros() != 0) {
        cpu.put("quota", spec.getCpuQuotaMicros());
      }
    }
    put(cpu, "realtimePeriod", spec.getCpuRealtimePeriodMicros());
    put(cpu, "realtimeRuntime", spec.getCpuRealtimeRuntimeMicros());
    put(cpu, "cpus", spec.getCpusetCpus());
    put(cpu, "mems", spec.getCpusetMems());
    return cpu;
  }

  private static long scaled(long nanoCpus) {
    return (long) ((double) nanoCpus * DEFAULT_PERIOD / NANOS_PER_CPU);
  }

  private static ObjectNode blockIo(ResourceSpec spec, HostDevices host) throws IOException {
    var io = Json.object();
    put(io, "weight", spec.getBlkioWeight());
    if (spec.getBlkioWeightDeviceCount() > 0) {
      var devices = io.putArray("weightDevice");
      for (var each : spec.getBlkioWeightDeviceList()) {
        device(devices, each.getPath(), host).put("weight", each.getWeight());
      }
    }
    throttle(io, "throttleReadBpsDevice", spec.getBlkioDeviceReadBpsList(), host);
    throttle(io, "throttleWriteBpsDevice", spec.getBlkioDeviceWriteBpsList(), host);
    throttle(io, "throttleReadIOPSDevice", spec.getBlkioDeviceReadIopsList(), host);
    throttle(io, "throttleWriteIOPSDevice", spec.getBlkioDeviceWriteIopsList(), host);
    return io;
  }

  private static void throttle(
      ObjectNode io, String name, List<ThrottleDevice> devices, HostDevices host)
      throws IOException {
    if (!devices.isEmpty()) {
      var array = io.putArray(name);
      for (var each : devices) {
        device(array, each.getPath(), host)
            .put("rate", new java.math.BigInteger(Long.toUnsignedString(each.getRate())));
      }
    }
  }

  private static ObjectNode device(ArrayNode array, String path, HostDevices host)
      throws IOException {
    var node = host.at(Path.of(path)).getFirst();
    return array.addObject().put("major", node.major()).put("minor", node.minor());
  }

  private static void set(ObjectNode into, String name, ObjectNode part) {
    if (!part.isEmpty()) {
      into.set(name, part);
    }
  }

  private static void put(ObjectNode into, String name, long value) {
    if (value > 0) {
      into.put(name, value);
    }
  }

  private static void put(ObjectNode into, String name, String value) {
    if (!value.isEmpty()) {
      into.put(name, value);
    }
  }
}
