package io.gantry.cluster.engine;

import io.gantry.agent.HostFacts;
import io.gantry.protocol.v1.ClusterHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What all hosts are together, told by one of them. */
final class ClusterFacts {
  private ClusterFacts() {}

  /** This host, with the processors and the memory of all that are up. */
  static HostFacts of(HostFacts own, List<Host> all) {
    var cpus = own.cpus();
    var memory = own.memoryBytes();
    var warnings = new ArrayList<>(own.warnings());
    for (var host : all) {
      if (!host.isUp()) {
        warnings.add("WARNING: host %s is %s".formatted(host.name(), host.presence()));
      } else if (!host.isSelf()) {
        cpus += host.known().getSummary().getCpus();
        memory += host.known().getSummary().getMemoryBytes();
      }
    }
    return new HostFacts(
        own.id(),
        own.name(),
        own.gantryVersion(),
        own.startedAt(),
        own.kernelVersion(),
        own.operatingSystem(),
        own.osVersion(),
        own.architecture(),
        cpus,
        memory,
        own.cgroupVersion(),
        own.cgroupDriver(),
        own.securityOptions(),
        own.runtimes(),
        own.defaultRuntime(),
        own.components(),
        own.storageDriver(),
        own.stateDirectory(),
        warnings,
        own.abilities());
  }

  /** One for each host, as `docker info` prints them. */
  static List<String> labels(List<Host> all) {
    return all.stream().map(host -> label(host, host.known())).toList();
  }

  private static String label(Host host, ClusterHost known) {
    var summary = known.getSummary();
    return String.format(
        Locale.ROOT,
        "%s.%s=%s%s, %s, %d containers (%d running), %d CPUs, %.1f GiB",
        Shown.HOST,
        host.name(),
        host.presence(),
        known.getDrained() ? " (drained)" : "",
        known.getAddress(),
        summary.getContainers(),
        summary.getContainersRunning(),
        summary.getCpus(),
        summary.getMemoryBytes() / (double) (1 << 30));
  }
}
