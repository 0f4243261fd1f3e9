package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.PortBinding;
import io.gantry.protocol.v1.PortBindings;

/** What a create request says about the network, and the EndpointSettings of a connect. */
public final class NetworkRequest {
  private NetworkRequest() {}

  static ContainerNetworkSpec read(JsonObject body, JsonObject host) {
    var spec =
        ContainerNetworkSpec.newBuilder()
            .setHostname(body.textOr("Hostname", ""))
            .setDomainname(body.textOr("Domainname", ""))
            .setMode(host.textOr("NetworkMode", ""))
            .addAllExposedPorts(body.objects("ExposedPorts").keySet())
            .setPublishAllPorts(host.is("PublishAllPorts"))
            .addAllDns(host.list("Dns"))
            .addAllDnsOptions(host.list("DnsOptions"))
            .addAllDnsSearch(host.list("DnsSearch"))
            .addAllExtraHosts(host.list("ExtraHosts"))
            .addAllLinks(host.list("Links"))
            .setMacAddress(body.textOr("MacAddress", ""))
            .setNetworkDisabled(body.is("NetworkDisabled"))
            .setHasDns(host.has("Dns") || host.has("DnsOptions") || host.has("DnsSearch"));
    host.objectLists("PortBindings")
        .forEach(
            (port, bindings) -> {
              var all = PortBindings.newBuilder();
              for (var binding : bindings) {
                all.addBindings(
                    PortBinding.newBuilder()
                        .setHostIp(binding.textOr("HostIp", ""))
                        .setHostPort(binding.textOr("HostPort", "")));
              }
              spec.putPortBindings(port, all.build());
            });
    body.objectOrEmpty("NetworkingConfig")
        .objects("EndpointsConfig")
        .forEach((network, endpoint) -> spec.putEndpoints(network, endpoint(endpoint)));
    return spec.build();
  }

  public static EndpointSpec endpoint(JsonObject settings) {
    var addresses = settings.objectOrEmpty("IPAMConfig");
    return EndpointSpec.newBuilder()
        .addAllAliases(settings.list("Aliases"))
        .addAllLinks(settings.list("Links"))
        .setMacAddress(settings.textOr("MacAddress", ""))
        .setIpv4Address(addresses.textOr("IPv4Address", ""))
        .setIpv6Address(addresses.textOr("IPv6Address", ""))
        .addAllLinkLocalIps(addresses.list("LinkLocalIPs"))
        .putAllDriverOpts(settings.texts("DriverOpts"))
        .setGwPriority(settings.integer("GwPriority").orElse(0))
        .setHasIpamConfig(settings.has("IPAMConfig"))
        .build();
  }
}
