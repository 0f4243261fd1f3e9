package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.ServiceReservation;
import java.util.HashMap;
import java.util.Map;

/** Who is where, while it is decided: replicas and what is reserved for them. */
final class Occupancy {
  private record Place(String serviceId, String hostId) {}

  private final Map<Place, Integer> replicas = new HashMap<>();
  private final Map<String, Long> memory = new HashMap<>();
  private final Map<String, Long> cpus = new HashMap<>();
  private final Map<String, Integer> fresh = new HashMap<>();

  void add(String serviceId, ServiceReservation reservation, String hostId) {
    replicas.merge(new Place(serviceId, hostId), 1, Integer::sum);
    memory.merge(hostId, reservation.getMemoryBytes(), Long::sum);
    cpus.merge(hostId, reservation.getNanoCpus(), Long::sum);
  }

  /** One that its host knows nothing of yet. */
  void place(String serviceId, ServiceReservation reservation, String hostId) {
    add(serviceId, reservation, hostId);
    fresh.merge(hostId, 1, Integer::sum);
  }

  int replicas(String serviceId, String hostId) {
    return replicas.getOrDefault(new Place(serviceId, hostId), 0);
  }

  long memory(String hostId) {
    return memory.getOrDefault(hostId, 0L);
  }

  long cpus(String hostId) {
    return cpus.getOrDefault(hostId, 0L);
  }

  int fresh(String hostId) {
    return fresh.getOrDefault(hostId, 0);
  }
}
