package io.gantry.cli;

import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.EndpointSpec;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How the container is reached, and what it reaches. */
final class NetworkOptions {
  @Option(
      names = {"-p", "--publish"},
      paramLabel = "[[ADDRESS:]HOST:]PORT[/PROTOCOL]",
      description = "Publish a port of the container on the host; may be repeated")
  private List<String> publish = new ArrayList<>();

  @Option(
      names = {"-P", "--publish-all"},
      description = "Publish every exposed port on one that is free")
  private boolean publishAll;

  @Option(names = "--expose", paramLabel = "PORT[/PROTOCOL]", description = "Expose one more port")
  private List<String> expose = new ArrayList<>();

  @Option(
      names = {"--network", "--net"},
      paramLabel = "NETWORK",
      description = "bridge (the default), none, host, container:NAME, or a network's name")
  private String network = "";

  @Option(
      names = "--network-alias",
      paramLabel = "NAME",
      description = "One more name on the network")
  private List<String> aliases = new ArrayList<>();

  @Option(names = "--ip", paramLabel = "ADDRESS", description = "On the network")
  private String address = "";

  @Option(
      names = {"-h", "--hostname"},
      paramLabel = "NAME",
      description = "Its id by default")
  private String hostname = "";

  @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "For /etc/hosts")
  private List<String> hosts = new ArrayList<>();

  @Option(names = "--dns", paramLabel = "ADDRESS", description = "For /etc/resolv.conf")
  private List<String> dns = new ArrayList<>();

  void addTo(ContainerNetworkSpec.Builder spec) {
    publish.forEach(option -> PortOption.addTo(spec, option));
    for (var port : expose) {
      spec.addExposedPorts(port.contains("/") ? port : port + "/tcp");
    }
    spec.setPublishAllPorts(publishAll)
        .setMode(network)
        .setHostname(hostname)
        .addAllExtraHosts(hosts)
        .addAllDns(dns);
    if (!aliases.isEmpty() || !address.isEmpty()) {
      spec.putEndpoints(
          network.isEmpty() ? "bridge" : network,
          EndpointSpec.newBuilder()
              .addAllAliases(aliases)
              .setIpv4Address(address)
              .setHasIpamConfig(!address.isEmpty())
              .build());
    }
  }
}
