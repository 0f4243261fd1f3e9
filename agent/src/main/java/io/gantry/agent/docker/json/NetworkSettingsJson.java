package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.PortBindings;
import java.util.Map;
import java.util.TreeMap;

/** A container's addresses and ports, for inspect and list. */
public final class NetworkSettingsJson {
  private NetworkSettingsJson() {}

  /** Older clients look for the short id among the aliases of networks that have names. */
  public static Container before145(Container container) {
    var status = container.getStatus().toBuilder();
    var shortId = container.getId().substring(0, Math.min(12, container.getId().length()));
    container
        .getStatus()
        .getEndpointsMap()
        .forEach(
            (network, endpoint) -> {
              var aliases = endpoint.getSpec().getAliasesList();
              if (endpoint.getDnsNamesCount() > 0 && !aliases.contains(shortId)) {
                var spec = endpoint.getSpec().toBuilder().addAliases(shortId);
                status.putEndpoints(network, endpoint.toBuilder().setSpec(spec).build());
              }
            });
    return container.toBuilder().setStatus(status).build();
  }

  static void inspect(JsonWriter json, Container container) {
    var status = container.getStatus();
    var bridge = status.getEndpointsMap().getOrDefault("bridge", Endpoint.getDefaultInstance());
    json.text("Bridge", "");
    json.text("SandboxID", sandboxId(status.getSandboxKey()));
    json.text("SandboxKey", status.getSandboxKey());
    HostConfigJson.ports(json, "Ports", ports(container));
    json.flag("HairpinMode", false);
    json.text("LinkLocalIPv6Address", "");
    json.number("LinkLocalIPv6PrefixLen", 0);
    json.nothing("SecondaryIPAddresses");
    json.nothing("SecondaryIPv6Addresses");
    json.text("EndpointID", bridge.getEndpointId());
    json.text("Gateway", bridge.getGateway());
    json.text("GlobalIPv6Address", bridge.getGlobalIpv6Address());
    json.number("GlobalIPv6PrefixLen", bridge.getGlobalIpv6PrefixLength());
    json.text("IPAddress", bridge.getIpAddress());
    json.number("IPPrefixLen", bridge.getIpPrefixLength());
    json.text("IPv6Gateway", bridge.getIpv6Gateway());
    json.text("MacAddress", bridge.getMacAddress());
    networks(json, container);
  }

  static void networks(JsonWriter json, Container container) {
    json.object(
        "Networks",
        () ->
            new TreeMap<>(container.getStatus().getEndpointsMap())
                .forEach((name, endpoint) -> json.object(name, () -> endpoint(json, endpoint))));
  }

  /** The ports that are bound now, and null for those that are exposed only. */
  private static Map<String, PortBindings> ports(Container container) {
    var status = container.getStatus();
    var all = new TreeMap<String, PortBindings>();
    switch (status.getState()) {
      case RUNNING, PAUSED, RESTARTING -> {
        for (var port : container.getSpec().getNetwork().getExposedPortsList()) {
          all.put(withProtocol(port), PortBindings.getDefaultInstance());
        }
        all.putAll(status.getPortsMap());
      }
      case CONTAINER_STATE_UNSPECIFIED, CREATED, EXITED, REMOVING, DEAD, UNRECOGNIZED -> {}
    }
    return all;
  }

  static String withProtocol(String port) {
    return port.indexOf('/') < 0 ? port + "/tcp" : port;
  }

  /** The last part of the namespace's path names it. */
  private static String sandboxId(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  static void endpoint(JsonWriter json, Endpoint endpoint) {
    var spec = endpoint.getSpec();
    if (spec.getHasIpamConfig()
        || !spec.getIpv4Address().isEmpty()
        || !spec.getIpv6Address().isEmpty()) {
      json.object(
          "IPAMConfig",
          () -> {
            json.textIfGiven("IPv4Address", spec.getIpv4Address());
            json.textIfGiven("IPv6Address", spec.getIpv6Address());
            if (spec.getLinkLocalIpsCount() > 0) {
              json.texts("LinkLocalIPs", spec.getLinkLocalIpsList());
            }
          });
    } else {
      json.nothing("IPAMConfig");
    }
    json.textsOrNull("Links", spec.getLinksList());
    json.textsOrNull("Aliases", spec.getAliasesList());
    json.text("MacAddress", endpoint.getMacAddress());
    json.mapOrNull("DriverOpts", spec.getDriverOptsMap());
    json.number("GwPriority", spec.getGwPriority());
    json.text("NetworkID", endpoint.getNetworkId());
    json.text("EndpointID", endpoint.getEndpointId());
    json.text("Gateway", endpoint.getGateway());
    json.text("IPAddress", endpoint.getIpAddress());
    json.number("IPPrefixLen", endpoint.getIpPrefixLength());
    json.text("IPv6Gateway", endpoint.getIpv6Gateway());
    json.text("GlobalIPv6Address", endpoint.getGlobalIpv6Address());
    json.number("GlobalIPv6PrefixLen", endpoint.getGlobalIpv6PrefixLength());
    json.textsOrNull("DNSNames", endpoint.getDnsNamesList());
  }
}
