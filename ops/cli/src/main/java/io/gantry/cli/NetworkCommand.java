package io.gantry.cli;

import io.gantry.protocol.v1.ConnectNetworkRequest;
import io.gantry.protocol.v1.CreateNetworkRequest;
import io.gantry.protocol.v1.DisconnectNetworkRequest;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.InspectNetworkRequest;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.ListNetworksRequest;
import io.gantry.protocol.v1.NetworkSpec;
import io.gantry.protocol.v1.RemoveNetworkRequest;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "network",
    description = "List, create and remove networks; connect containers to them")
final class NetworkCommand extends CommandGroup {
  NetworkCommand(Session session) {
    super(session, "ls, create, inspect, connect, disconnect or rm");
  }

  @Command(name = "ls", description = "List networks by name")
  int list(
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "TABLE",
              description = "table, or json: one object a line")
          Format format,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var networks =
        session.networks().list(ListNetworksRequest.getDefaultInstance()).getNetworksList();
    if (format == Format.JSON) {
      networks.forEach(network -> out().println(Text.json(network)));
    } else {
      var table = new Table("NETWORK ID", "NAME", "DRIVER", "SUBNETS");
      for (var network : networks) {
        table.row(
            Text.shortId(network.getId()),
            network.getSpec().getName(),
            network.getSpec().getDriver(),
            String.join(
                ", ", network.getSpec().getPoolsList().stream().map(IpamPool::getSubnet).toList()));
      }
      table.print(out());
    }
    return 0;
  }

  @Command(name = "create", description = "Create a network and print its id")
  int create(
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = {"-d", "--driver"},
              paramLabel = "DRIVER",
              defaultValue = "bridge",
              description = "bridge, macvlan or ipvlan")
          String driver,
      @Option(
              names = "--subnet",
              paramLabel = "CIDR",
              defaultValue = "",
              description = "The agent chooses one by default")
          String subnet,
      @Option(names = "--gateway", paramLabel = "IP", defaultValue = "") String gateway,
      @Option(
              names = "--ip-range",
              paramLabel = "CIDR",
              defaultValue = "",
              description = "Where addresses are chosen from")
          String range,
      @Option(names = "--ipv6", description = "Addresses of IP version 6 as well") boolean ipv6,
      @Option(
              names = {"-o", "--opt"},
              paramLabel = "KEY=VALUE",
              description = "Of the driver; may be repeated")
          Map<String, String> options,
      @Option(names = "--label", paramLabel = "KEY=VALUE") Map<String, String> labels,
      @Option(names = "--internal", description = "No way out of the host") boolean internal,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var network =
        NetworkSpec.newBuilder()
            .setName(name)
            .setDriver(driver)
            .setInternal(internal)
            .setEnableIpv6(ipv6)
            .putAllOptions(options == null ? Map.of() : options)
            .putAllLabels(labels == null ? Map.of() : labels);
    if (!subnet.isEmpty()) {
      network.addPools(
          IpamPool.newBuilder().setSubnet(subnet).setGateway(gateway).setIpRange(range));
    }
    out()
        .println(
            session
                .networks()
                .create(CreateNetworkRequest.newBuilder().setSpec(network).build())
                .getId());
    return 0;
  }

  @Command(name = "inspect", description = "Print networks as JSON")
  int inspect(
      @Parameters(arity = "1..*", paramLabel = "NETWORK") List<String> names,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(
        names,
        name ->
            out()
                .println(
                    Text.json(
                        session
                            .networks()
                            .inspect(
                                InspectNetworkRequest.newBuilder().setNetwork(name).build()))));
  }

  @Command(name = "connect", description = "Put a container, running or not, on a network")
  int connect(
      @Parameters(index = "0", paramLabel = "NETWORK") String network,
      @Parameters(index = "1", paramLabel = "CONTAINER") String container,
      @Option(names = "--alias", paramLabel = "NAME", description = "One more name there")
          List<String> aliases,
      @Option(names = "--ip", paramLabel = "ADDRESS", defaultValue = "") String ip,
      @Option(names = "--ip6", paramLabel = "ADDRESS", defaultValue = "") String ip6,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var endpoint =
        EndpointSpec.newBuilder()
            .addAllAliases(aliases == null ? List.of() : aliases)
            .setIpv4Address(ip)
            .setIpv6Address(ip6);
    session
        .networks()
        .connect(
            ConnectNetworkRequest.newBuilder()
                .setNetwork(network)
                .setContainer(container)
                .setEndpoint(endpoint)
                .build());
    return 0;
  }

  @Command(name = "disconnect", description = "Take a container off a network")
  int disconnect(
      @Parameters(index = "0", paramLabel = "NETWORK") String network,
      @Parameters(index = "1", paramLabel = "CONTAINER") String container,
      @Option(
              names = {"-f", "--force"},
              description = "Also when the network is gone already")
          boolean force,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    session
        .networks()
        .disconnect(
            DisconnectNetworkRequest.newBuilder()
                .setNetwork(network)
                .setContainer(container)
                .setForce(force)
                .build());
    return 0;
  }

  @Command(name = "rm", description = "Remove networks")
  int remove(
      @Parameters(arity = "1..*", paramLabel = "NETWORK") List<String> names,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(
        names,
        name -> {
          session.networks().remove(RemoveNetworkRequest.newBuilder().setNetwork(name).build());
          out().println(name);
        });
  }
}
