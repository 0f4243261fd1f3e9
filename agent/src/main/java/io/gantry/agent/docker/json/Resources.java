package io.gantry.agent.docker.json;

import io.gantry.agent.Containers.ConsoleSize;
import io.gantry.agent.docker.Refusal;
import io.gantry.protocol.v1.DeviceMapping;
import io.gantry.protocol.v1.DeviceRequest;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.StringList;
import io.gantry.protocol.v1.ThrottleDevice;
import io.gantry.protocol.v1.Ulimit;
import io.gantry.protocol.v1.WeightDevice;
import java.util.List;

/** Docker's Resources: a part of HostConfig, and the body of an update. */
public final class Resources {
  private Resources() {}

  public static ResourceSpec read(JsonObject host) {
    var spec =
        ResourceSpec.newBuilder()
            .setMemoryBytes(host.numberOr("Memory", 0))
            .setMemoryReservationBytes(host.numberOr("MemoryReservation", 0))
            .setMemorySwapBytes(host.numberOr("MemorySwap", 0))
            .setNanoCpus(host.numberOr("NanoCpus", 0))
            .setCpuShares(host.numberOr("CpuShares", 0))
            .setCpuPeriodMicros(host.numberOr("CpuPeriod", 0))
            .setCpuQuotaMicros(host.numberOr("CpuQuota", 0))
            .setCpuRealtimePeriodMicros(host.numberOr("CpuRealtimePeriod", 0))
            .setCpuRealtimeRuntimeMicros(host.numberOr("CpuRealtimeRuntime", 0))
            .setCpusetCpus(host.textOr("CpusetCpus", ""))
            .setCpusetMems(host.textOr("CpusetMems", ""))
            .setBlkioWeight(host.unsigned("BlkioWeight", 65_535))
            .addAllBlkioDeviceReadBps(throttles(host, "BlkioDeviceReadBps"))
            .addAllBlkioDeviceWriteBps(throttles(host, "BlkioDeviceWriteBps"))
            .addAllBlkioDeviceReadIops(throttles(host, "BlkioDeviceReadIOps"))
            .addAllBlkioDeviceWriteIops(throttles(host, "BlkioDeviceWriteIOps"))
            .setOomScoreAdj(host.integer("OomScoreAdj").orElse(0))
            .addAllDeviceCgroupRules(host.list("DeviceCgroupRules"))
            .setCgroupParent(host.textOr("CgroupParent", ""))
            .setKernelMemoryBytes(host.numberOr("KernelMemory", 0))
            .setKernelMemoryTcpBytes(host.numberOr("KernelMemoryTCP", 0))
            .setCpuCount(host.numberOr("CpuCount", 0))
            .setCpuPercent(host.numberOr("CpuPercent", 0));
    host.number("MemorySwappiness").ifPresent(spec::setMemorySwappiness);
    host.number("PidsLimit").ifPresent(spec::setPidsLimit);
    host.flag("OomKillDisable").ifPresent(spec::setOomKillDisable);
    for (var weight : host.objectList("BlkioWeightDevice")) {
      spec.addBlkioWeightDevice(
          WeightDevice.newBuilder()
              .setPath(weight.textOr("Path", ""))
              .setWeight(weight.unsigned("Weight", 65_535)));
    }
    spec.addAllUlimits(readUlimits(host));
    for (var device : host.objectList("Devices")) {
      spec.addDevices(
          DeviceMapping.newBuilder()
              .setPathOnHost(device.textOr("PathOnHost", ""))
              .setPathInContainer(device.textOr("PathInContainer", ""))
              .setCgroupPermissions(device.textOr("CgroupPermissions", "")));
    }
    for (var request : host.objectList("DeviceRequests")) {
      spec.addDeviceRequests(deviceRequest(request));
    }
    return spec.build();
  }

  static List<Ulimit> readUlimits(JsonObject parent) {
    return parent.objectList("Ulimits").stream()
        .map(
            limit ->
                Ulimit.newBuilder()
                    .setName(limit.textOr("Name", ""))
                    .setSoft(limit.numberOr("Soft", 0))
                    .setHard(limit.numberOr("Hard", 0))
                    .build())
        .toList();
  }

  private static List<ThrottleDevice> throttles(JsonObject host, String name) {
    return host.objectList(name).stream()
        .map(
            device ->
                ThrottleDevice.newBuilder()
                    .setPath(device.textOr("Path", ""))
                    .setRate(device.numberOr("Rate", 0))
                    .build())
        .toList();
  }

  private static DeviceRequest deviceRequest(JsonObject request) {
    var spec =
        DeviceRequest.newBuilder()
            .setDriver(request.textOr("Driver", ""))
            .setCount(request.integer("Count").orElse(0))
            .addAllDeviceIds(request.list("DeviceIDs"))
            .putAllOptions(request.texts("Options"));
    for (var all : request.nestedLists("Capabilities")) {
      spec.addCapabilities(StringList.newBuilder().addAllValues(all));
    }
    return spec.build();
  }

  /** {@code [height, width]}; absent: zeros. */
  public static ConsoleSize consoleSize(JsonObject parent, String name) {
    var sizes = parent.unsignedList(name, 65_535);
    if (sizes.isEmpty()) {
      return new ConsoleSize(0, 0);
    }
    if (sizes.size() != 2) {
      throw Refusal.invalid(
          "invalid JSON: cannot read %s: expected [height, width]".formatted(name));
    }
    return new ConsoleSize(sizes.get(0), sizes.get(1));
  }

  // -- writing

  /** The fields, into an object that is open. */
  public static void write(JsonWriter json, ResourceSpec spec) {
    json.number("CpuShares", spec.getCpuShares());
    json.number("Memory", spec.getMemoryBytes());
    json.number("NanoCpus", spec.getNanoCpus());
    json.text("CgroupParent", spec.getCgroupParent());
    json.number("BlkioWeight", spec.getBlkioWeight());
    json.array(
        "BlkioWeightDevice",
        spec.getBlkioWeightDeviceList(),
        device ->
            json.object(
                () -> {
                  json.text("Path", device.getPath());
                  json.number("Weight", device.getWeight());
                }));
    throttles(json, "BlkioDeviceReadBps", spec.getBlkioDeviceReadBpsList());
    throttles(json, "BlkioDeviceWriteBps", spec.getBlkioDeviceWriteBpsList());
    throttles(json, "BlkioDeviceReadIOps", spec.getBlkioDeviceReadIopsList());
    throttles(json, "BlkioDeviceWriteIOps", spec.getBlkioDeviceWriteIopsList());
    json.number("CpuPeriod", spec.getCpuPeriodMicros());
    json.number("CpuQuota", spec.getCpuQuotaMicros());
    json.number("CpuRealtimePeriod", spec.getCpuRealtimePeriodMicros());
    json.number("CpuRealtimeRuntime", spec.getCpuRealtimeRuntimeMicros());
    json.text("CpusetCpus", spec.getCpusetCpus());
    json.text("CpusetMems", spec.getCpusetMems());
    devices(json, spec);
    if (spec.getKernelMemoryBytes() != 0) {
      json.number("KernelMemory", spec.getKernelMemoryBytes());
    }
    if (spec.getKernelMemoryTcpBytes() != 0) {
      json.number("KernelMemoryTCP", spec.getKernelMemoryTcpBytes());
    }
    json.number("MemoryReservation", spec.getMemoryReservationBytes());
    json.number("MemorySwap", swap(spec));
    // Docker's command line says -1 for what was not given.
    if (spec.hasMemorySwappiness() && spec.getMemorySwappiness() >= 0) {
      json.number("MemorySwappiness", spec.getMemorySwappiness());
    } else {
      json.nothing("MemorySwappiness");
    }
    json.flag("OomKillDisable", spec.getOomKillDisable());
    if (spec.getPidsLimit() > 0) {
      json.number("PidsLimit", spec.getPidsLimit());
    } else {
      json.nothing("PidsLimit");
    }
    ulimits(json, spec);
    json.number("CpuCount", spec.getCpuCount());
    json.number("CpuPercent", spec.getCpuPercent());
    json.number("IOMaximumIOps", 0);
    json.number("IOMaximumBandwidth", 0);
  }

  private static void throttles(JsonWriter json, String name, List<ThrottleDevice> devices) {
    json.array(
        name,
        devices,
        device ->
            json.object(
                () -> {
                  json.text("Path", device.getPath());
                  json.number("Rate", device.getRate());
                }));
  }

  /** Docker shows its default, twice the memory, as if it had been asked for. */
  private static long swap(ResourceSpec spec) {
    return spec.getMemorySwapBytes() == 0
        ? 2 * Math.min(spec.getMemoryBytes(), Long.MAX_VALUE / 2)
        : spec.getMemorySwapBytes();
  }

  private static void devices(JsonWriter json, ResourceSpec spec) {
    json.array(
        "Devices",
        spec.getDevicesList(),
        device ->
            json.object(
                () -> {
                  json.text("PathOnHost", device.getPathOnHost());
                  json.text("PathInContainer", device.getPathInContainer());
                  json.text("CgroupPermissions", device.getCgroupPermissions());
                }));
    json.textsOrNull("DeviceCgroupRules", spec.getDeviceCgroupRulesList());
    if (spec.getDeviceRequestsCount() == 0) {
      json.nothing("DeviceRequests");
      return;
    }
    json.array(
        "DeviceRequests",
        spec.getDeviceRequestsList(),
        request ->
            json.object(
                () -> {
                  json.text("Driver", request.getDriver());
                  json.number("Count", request.getCount());
                  json.textsOrNull("DeviceIDs", request.getDeviceIdsList());
                  json.array(
                      "Capabilities",
                      request.getCapabilitiesList(),
                      all -> json.array(() -> all.getValuesList().forEach(json::value)));
                  json.map("Options", request.getOptionsMap());
                }));
  }

  static void ulimits(JsonWriter json, ResourceSpec spec) {
    json.array(
        "Ulimits",
        spec.getUlimitsList(),
        limit ->
            json.object(
                () -> {
                  json.text("Name", limit.getName());
                  json.number("Hard", limit.getHard());
                  json.number("Soft", limit.getSoft());
                }));
  }
}
