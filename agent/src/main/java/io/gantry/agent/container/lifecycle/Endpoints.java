package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.Endpoint;
import java.util.HashMap;
import java.util.Map;

/** A stopped container keeps its place on a network, not its address there. */
final class Endpoints {
  private Endpoints() {}

  static Map<String, Endpoint> withoutAddresses(Map<String, Endpoint> endpoints) {
    var cleared = new HashMap<String, Endpoint>();
    endpoints.forEach(
        (network, endpoint) ->
            cleared.put(
                network,
                Endpoint.newBuilder()
                    .setSpec(endpoint.getSpec())
                    .setNetworkId(endpoint.getNetworkId())
                    .addAllDnsNames(endpoint.getDnsNamesList())
                    .build()));
    return cleared;
  }
}
