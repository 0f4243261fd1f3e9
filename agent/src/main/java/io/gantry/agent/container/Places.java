package io.gantry.agent.container;

import io.gantry.agent.network.Endpoints;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Endpoint;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** In which order a container's networks are connected, and what their devices are called. */
final class Places {
  private Places() {}

  /** The network of its mode first, then by name: the same order at every start. */
  static Map<String, Endpoint> of(Container container) {
    var spec = container.getSpec().getNetwork();
    var mode = spec.getMode().equals("default") ? "bridge" : spec.getMode();
    var sorted = new TreeMap<>(container.getStatus().getEndpointsMap());
    var ordered = new LinkedHashMap<String, Endpoint>();
    var first = sorted.remove(mode);
    if (first != null) {
      ordered.put(mode, first);
    }
    ordered.putAll(sorted);
    return ordered;
  }

  /** "eth0" and so on; a number that was given back is given again. */
  static String freeDevice(Map<String, Endpoint> others) {
    var taken = others.values().stream().map(Endpoints::device).collect(Collectors.toSet());
    for (var number = 0; ; number++) {
      if (!taken.contains("eth" + number)) {
        return "eth" + number;
      }
    }
  }

  static Map<String, Endpoint> byDevice(Map<String, Endpoint> endpoints) {
    var ordered = new LinkedHashMap<String, Endpoint>();
    endpoints.entrySet().stream()
        .sorted(
            Comparator.comparing(
                (Map.Entry<String, Endpoint> entry) -> Endpoints.device(entry.getValue())))
        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return ordered;
  }

  static boolean holdsNamespace(Container container) {
    var spec = container.getSpec().getNetwork();
    var places = container.getStatus().getEndpointsMap();
    return !spec.getMode().startsWith("container:")
        && !places.containsKey("host")
        && !places.containsKey("none");
  }
}
