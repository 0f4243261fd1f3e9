package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The intents of a cluster, read.
 *
 * @param reign of the controller that began last
 * @param services by id
 * @param slots of each service, by what names a slot
 * @param version the highest that any intent has
 */
public record Intended(
    Optional<Reign> reign,
    Map<String, Service> services,
    Map<String, Map<String, ReplicaSlot>> slots,
    long version) {
  public static Intended of(Map<String, Intent> intents) {
    var services = new TreeMap<String, Service>();
    var slots = new TreeMap<String, Map<String, ReplicaSlot>>();
    Optional<Reign> reign = Optional.empty();
    var version = 0L;
    for (var entry : intents.entrySet()) {
      var intent = entry.getValue();
      version = Math.max(version, intent.getVersion());
      switch (intent.getIntentCase()) {
        case CLAIM -> {
          var claimed = new Reign(intent.getEpoch(), intent.getController());
          if (reign.filter(known -> known.compareTo(claimed) >= 0).isEmpty()) {
            reign = Optional.of(claimed);
          }
        }
        case SERVICE -> services.put(intent.getService().getId(), intent.getService());
        case SLOT -> {
          var service = IntentOrder.service(entry.getKey());
          slots
              .computeIfAbsent(service, _ -> new HashMap<>())
              .put(IntentOrder.slot(entry.getKey()), intent.getSlot());
        }
        case INTENT_NOT_SET -> {}
      }
    }
    slots.keySet().retainAll(services.keySet());
    return new Intended(reign, services, slots, version);
  }

  public Map<String, ReplicaSlot> slotsOf(String serviceId) {
    return slots.getOrDefault(serviceId, Map.of());
  }
}
