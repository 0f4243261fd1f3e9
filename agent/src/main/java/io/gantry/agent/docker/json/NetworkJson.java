package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A network: what a request asks for, and what lists and inspects show. */
public final class NetworkJson {
  private NetworkJson() {}

  public static NetworkSpec read(JsonObject body) {
    var ipam = body.objectOrEmpty("IPAM");
    var spec =
        NetworkSpec.newBuilder()
            .setName(body.textOr("Name", ""))
            .setDriver(HostConfigJson.orElse(body.textOr("Driver", ""), "bridge"))
            .setInternal(body.is("Internal"))
            .setAttachable(body.is("Attachable"))
            .setIngress(body.is("Ingress"))
            .setEnableIpv6(body.is("EnableIPv6"))
            .setDisableIpv4(body.has("EnableIPv4") && !body.is("EnableIPv4"))
            .putAllOptions(body.texts("Options"))
            .putAllLabels(body.texts("Labels"))
            .setIpamDriver(ipam.textOr("Driver", ""))
            .putAllIpamOptions(ipam.texts("Options"));
    for (var pool : ipam.objectList("Config")) {
      spec.addPools(
          IpamPool.newBuilder()
              .setSubnet(pool.textOr("Subnet", ""))
              .setIpRange(pool.textOr("IPRange", ""))
              .setGateway(pool.textOr("Gateway", ""))
              .putAllAuxiliaryAddresses(pool.texts("AuxiliaryAddresses")));
    }
    return spec.build();
  }

  /**
   * @param members the running containers on it; lists show none
   */
  public static void write(JsonWriter json, Network network, List<Container> members) {
    var spec = network.getSpec();
    json.object(
        () -> {
          json.text("Name", spec.getName());
          json.text("Id", network.getId());
          json.time("Created", network.getCreatedAt());
          json.text("Scope", "local");
          json.text("Driver", spec.getDriver());
          json.flag("EnableIPv4", !spec.getDisableIpv4());
          json.flag("EnableIPv6", spec.getEnableIpv6());
          json.object("IPAM", () -> ipam(json, spec));
          json.flag("Internal", spec.getInternal());
          json.flag("Attachable", spec.getAttachable());
          json.flag("Ingress", spec.getIngress());
          json.object("ConfigFrom", () -> json.text("Network", ""));
          json.flag("ConfigOnly", false);
          json.object("Containers", () -> members.forEach(member -> member(json, network, member)));
          json.map("Options", options(network));
          json.map("Labels", spec.getLabelsMap());
        });
  }

  /** The default bridge says its device, as users' bridges do that were given a name. */
  private static Map<String, String> options(Network network) {
    var options = new TreeMap<>(network.getSpec().getOptionsMap());
    if (options.containsKey("com.docker.network.bridge.default_bridge")) {
      options.putIfAbsent("com.docker.network.bridge.name", network.getBridge());
    }
    return options;
  }

  private static void ipam(JsonWriter json, NetworkSpec spec) {
    json.text("Driver", HostConfigJson.orElse(spec.getIpamDriver(), "default"));
    json.mapOrNull("Options", spec.getIpamOptionsMap());
    json.array(
        "Config",
        spec.getPoolsList(),
        pool ->
            json.object(
                () -> {
                  json.textIfGiven("Subnet", pool.getSubnet());
                  json.textIfGiven("IPRange", pool.getIpRange());
                  json.textIfGiven("Gateway", pool.getGateway());
                  if (pool.getAuxiliaryAddressesCount() > 0) {
                    json.map("AuxiliaryAddresses", pool.getAuxiliaryAddressesMap());
                  }
                }));
  }

  private static void member(JsonWriter json, Network network, Container member) {
    var endpoint = endpoint(network, member);
    json.object(
        member.getId(),
        () -> {
          json.text("Name", member.getName());
          json.text("EndpointID", endpoint.getEndpointId());
          json.text("MacAddress", endpoint.getMacAddress());
          json.text("IPv4Address", prefix(endpoint.getIpAddress(), endpoint.getIpPrefixLength()));
          json.text(
              "IPv6Address",
              prefix(endpoint.getGlobalIpv6Address(), endpoint.getGlobalIpv6PrefixLength()));
        });
  }

  private static Endpoint endpoint(Network network, Container member) {
    var endpoints = member.getStatus().getEndpointsMap();
    return endpoints.values().stream()
        .filter(endpoint -> endpoint.getNetworkId().equals(network.getId()))
        .findFirst()
        .orElseGet(
            () ->
                endpoints.getOrDefault(network.getSpec().getName(), Endpoint.getDefaultInstance()));
  }

  private static String prefix(String address, int length) {
    return address.isEmpty() ? "" : address + "/" + length;
  }
}
