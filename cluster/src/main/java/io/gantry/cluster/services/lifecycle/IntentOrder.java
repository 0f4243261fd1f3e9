package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.Intent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Which of two intents is right, and their keys. The later epoch is, then the greater controller's
 * id, then the later version; but a service that was removed stays removed, and of its slots
 * nothing is kept.
 */
public final class IntentOrder {
  public static final String CONTROLLER = "controller";
  private static final String SERVICE = "service/";
  private static final String SLOT = "slot/";
  private static final Comparator<Intent> LATER =
      Comparator.comparingLong(Intent::getEpoch)
          .thenComparing(Intent::getController)
          .thenComparing(Intent::getVersion, Long::compareUnsigned);

  private IntentOrder() {}

  public static String serviceKey(String serviceId) {
    return SERVICE + serviceId;
  }

  /** {@code slot}: a number, of global services the id of a host. */
  public static String slotKey(String serviceId, String slot) {
    return SLOT + serviceId + "/" + slot;
  }

  /** The slot that a key is of; empty: it is none's. */
  public static String slot(String key) {
    return key.startsWith(SLOT) ? key.substring(key.indexOf('/', SLOT.length()) + 1) : "";
  }

  /** The service that a key is of; empty: it is none's. */
  public static String service(String key) {
    if (key.startsWith(SERVICE)) {
      return key.substring(SERVICE.length());
    }
    return key.startsWith(SLOT)
        ? key.substring(SLOT.length(), Math.max(SLOT.length(), key.indexOf('/', SLOT.length())))
        : "";
  }

  /** The same whichever is which. */
  public static Intent right(String key, Intent one, Intent other) {
    if (key.startsWith(SERVICE) && isRemoval(one) != isRemoval(other)) {
      return isRemoval(one) ? one : other;
    }
    return LATER.compare(one, other) >= 0 ? one : other;
  }

  public static boolean isRemoval(Intent intent) {
    return intent.getIntentCase() == Intent.IntentCase.INTENT_NOT_SET;
  }

  public static Map<String, Intent> merged(Map<String, Intent> some, Map<String, Intent> more) {
    var all = new HashMap<>(some);
    more.forEach((key, intent) -> all.merge(key, intent, (a, b) -> right(key, a, b)));
    all.keySet()
        .removeIf(
            key -> {
              var service = key.startsWith(SLOT) ? all.get(serviceKey(service(key))) : null;
              return service != null && isRemoval(service);
            });
    return Map.copyOf(all);
  }
}
