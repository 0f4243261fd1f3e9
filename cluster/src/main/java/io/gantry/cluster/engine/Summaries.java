package io.gantry.cluster.engine;

import io.gantry.agent.HostFacts;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.HostSummary;
import java.util.Collection;

/** What a host says of itself. */
public final class Summaries {
  private Summaries() {}

  /** Of the host with all its containers. */
  public static HostSummary ofHost(HostFacts host, Collection<Container> containers) {
    var running =
        containers.stream().filter(container -> container.getStatus().getPid() != 0).toList();
    return of(host, running).toBuilder().setContainers(containers.size()).build();
  }

  /** With what these reserve. */
  static HostSummary of(HostFacts host, Collection<Container> running) {
    var memory = 0L;
    var cpus = 0L;
    for (var container : running) {
      var limits = container.getSpec().getResources();
      memory += Math.max(limits.getMemoryBytes(), limits.getMemoryReservationBytes());
      cpus += limits.getNanoCpus();
    }
    return HostSummary.newBuilder()
        .setGantryVersion(host.gantryVersion())
        .setCpus(host.cpus())
        .setMemoryBytes(host.memoryBytes())
        .setContainers(running.size())
        .setContainersRunning(running.size())
        .setReservedMemoryBytes(memory)
        .setReservedNanoCpus(cpus)
        .build();
  }
}
