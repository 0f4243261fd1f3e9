package io.gantry.cli;

import io.gantry.protocol.v1.CreateNetworkRequest;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.ListNetworksRequest;
import io.gantry.protocol.v1.NetworkSpec;
import io.gantry.protocol.v1.RemoveNetworkRequest;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "network", description = "List, create and remove networks")
final class NetworkCommand extends AgentCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  NetworkCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "network needs ls, create or rm");
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

  @Command(name = "create", description = "Create a bridge network and print its id")
  int create(
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--subnet",
              paramLabel = "CIDR",
              defaultValue = "",
              description = "The agent chooses one by default")
          String subnet,
      @Option(names = "--gateway", paramLabel = "IP", defaultValue = "") String gateway,
      @Option(names = "--internal", description = "No way out of the host") boolean internal,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var network = NetworkSpec.newBuilder().setName(name).setDriver("bridge").setInternal(internal);
    if (!subnet.isEmpty()) {
      network.addPools(IpamPool.newBuilder().setSubnet(subnet).setGateway(gateway));
    }
    out()
        .println(
            session
                .networks()
                .create(CreateNetworkRequest.newBuilder().setSpec(network).build())
                .getId());
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
