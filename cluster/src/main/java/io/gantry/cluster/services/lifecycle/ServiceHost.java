package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.NodeAvailability;
import java.util.Map;

/** A host of the cluster as services see it. */
public record ServiceHost(
    String id,
    String name,
    HostPresence presence,
    NodeAvailability availability,
    Map<String, String> labels,
    int cpus,
    long memoryBytes) {
  boolean isAway() {
    return presence == HostPresence.HOST_PRESENCE_AWAY;
  }

  boolean isUp() {
    return presence == HostPresence.HOST_PRESENCE_UP;
  }

  boolean isDrained() {
    return availability == NodeAvailability.NODE_AVAILABILITY_DRAIN;
  }

  boolean isPaused() {
    return availability == NodeAvailability.NODE_AVAILABILITY_PAUSE;
  }
}
