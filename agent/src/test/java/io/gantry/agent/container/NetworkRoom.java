package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall;
import io.gantry.agent.host.Links;
import io.gantry.agent.host.NameSockets;
import io.gantry.agent.host.fake.InMemoryCgroups;
import io.gantry.agent.host.fake.InMemoryRuns;
import io.gantry.agent.host.fake.InMemorySnapshotter;
import io.gantry.agent.host.fake.Program;
import io.gantry.agent.network.NetworkTable;
import io.gantry.agent.network.PortPool;
import io.gantry.agent.network.dns.NameBook;
import io.gantry.agent.network.dns.NameServer;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import io.gantry.protocol.v1.PortBinding;
import io.gantry.protocol.v1.PortBindings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A connector with everything it needs, on ports of the test's choice. */
final class NetworkRoom implements AutoCloseable {
  static final Network BRIDGE = network("bridge", "10.90.0.0/16", "gtroom0", false);
  static final Network FRONT = network("front", "10.91.0.0/16", "gtroom1", false);
  static final Network BACK = network("back", "10.92.0.0/16", "gtroom2", false);
  static final Network CLOSED = network("closed", "10.93.0.0/16", "gtroom3", true);

  final NameBook book = new NameBook();
  final NameServer server = new NameServer(book, new Random(1));
  final NetworkTable table = new NetworkTable("gtroom", List.of());
  final PortPool ports = new PortPool();
  final Connector connector;

  NetworkRoom(Path directory, Links links, Firewall firewall, NameSockets sockets)
      throws IOException {
    var host =
        new Host(
            new InMemoryRuns(_ -> Program.exits(0)),
            Map.of(),
            "none",
            new InMemorySnapshotter(directory.resolve("layers")),
            links,
            firewall,
            new InMemoryCgroups());
    var board = new Board(new Names());
    connector =
        new Connector(
            host,
            table,
            ports,
            board,
            new Naming(book, server, sockets),
            new Directories(directory, directory));
    for (var network : List.of(BRIDGE, FRONT, BACK, CLOSED)) {
      table.publish(network.getId(), Optional.of(network));
      var gateways = NetworkTable.gateways(network);
      links.ensureBridge(new Links.Bridge(network.getBridge(), gateways, 0));
      firewall.ensureNetwork(
          network.getBridge(),
          new Firewall.Rules(gateways, network.getSpec().getInternal(), true, true));
    }
  }

  private static Network network(String name, String subnet, String bridge, boolean internal) {
    return Network.newBuilder()
        .setId(name.repeat(64).substring(0, 64))
        .setBridge(bridge)
        .setSpec(
            NetworkSpec.newBuilder()
                .setName(name)
                .setDriver("bridge")
                .setInternal(internal)
                .addPools(
                    IpamPool.newBuilder()
                        .setSubnet(subnet)
                        .setGateway(subnet.replace(".0.0/16", ".0.1"))))
        .build();
  }

  /** {@code hostPort} 0: none is published. */
  static Container container(ContainerId id, String name, int hostPort, String... networks) {
    var spec = ContainerNetworkSpec.newBuilder().setMode(networks[0]);
    if (hostPort > 0) {
      spec.putPortBindings(
          "80/tcp",
          PortBindings.newBuilder()
              .addBindings(PortBinding.newBuilder().setHostPort(Integer.toString(hostPort)))
              .build());
    }
    var status = ContainerStatus.newBuilder();
    for (var network : networks) {
      status.putEndpoints(network, Endpoint.getDefaultInstance());
    }
    return Container.newBuilder()
        .setId(id.value())
        .setName(name)
        .setSpec(ContainerSpec.newBuilder().setNetwork(spec))
        .setStatus(status)
        .build();
  }

  static EndpointSpec alias(String alias) {
    return EndpointSpec.newBuilder().addAliases(alias).build();
  }

  @Override
  public void close() {
    server.close();
    ports.close();
  }
}
