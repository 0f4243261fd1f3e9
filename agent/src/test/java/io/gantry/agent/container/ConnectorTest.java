package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links;
import io.gantry.agent.host.NameSockets;
import io.gantry.agent.host.fake.InMemoryFirewall;
import io.gantry.agent.host.fake.InMemoryLinks;
import io.gantry.agent.host.kernel.Datagrams;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.EndpointSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container's networks come to on the host, on a host in memory. */
class ConnectorTest {
  @TempDir Path directory;
  private final InMemoryLinks links = new InMemoryLinks();
  private final InMemoryFirewall firewall = new InMemoryFirewall();
  private final ContainerId id = ContainerId.random();
  private final ContainerId other = ContainerId.random();
  private NetworkRoom room;

  @BeforeEach
  void build() throws IOException {
    room = new NetworkRoom(directory, links, firewall, ConnectorTest::loopback);
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void devicesAreOfTheModeFirstThenByName() throws IOException {
    var connection = connect(NetworkRoom.container(id, "web", 0, "front", "closed", "back"));
    assertThat(links.plugs(id)).containsOnlyKeys("eth0", "eth1", "eth2");
    assertThat(port("eth0")).isEqualTo("gtroom1");
    assertThat(port("eth1")).isEqualTo("gtroom2");
    assertThat(links.plugs(id).get("eth1").gateways()).containsExactly(ip("10.92.0.1"));
    assertThat(links.plugs(id).get("eth0").gateways()).isEmpty();
    assertThat(connection.endpoints().get("closed").getGateway()).isEmpty();
    assertThat(connection.named()).isTrue();
  }

  @Test
  void whoJoinsIsFoundAndTheWayOutMoves() throws IOException {
    var web = NetworkRoom.container(id, "web", 18_180, "front");
    connect(web);
    connect(NetworkRoom.container(other, "db", 0, "back"));
    assertThat(room.book.lookup(id, "db")).isEmpty();
    var files = Files.createDirectories(directory.resolve("containers").resolve(id.value()));
    var hosts = Files.writeString(files.resolve("hosts"), "127.0.0.1\tlocalhost\n");
    var endpoint =
        room.connector.join(id, web, "back", NetworkRoom.BACK.getId(), NetworkRoom.alias("www"));
    assertThat(endpoint.getDevice()).isEqualTo("eth1");
    assertThat(room.book.lookup(id, "db")).hasSize(1);
    assertThat(room.book.lookup(other, "www")).hasSize(1);
    assertThat(links.routes(id)).containsExactly(new Links.Route(ip("10.92.0.1"), "eth1"));
    assertThat(firewall.entries().get(id).addresses()).containsExactly(ip(endpoint.getIpAddress()));
    assertThat(hosts)
        .hasContent(
            "127.0.0.1\tlocalhost\n%s\t%s\n".formatted(endpoint.getIpAddress(), id.abbreviated()));
    room.connector.leave(id, web, "back");
    assertThat(hosts).hasContent("127.0.0.1\tlocalhost\n");
    assertThat(room.book.lookup(other, "www")).isEmpty();
    assertThat(links.plugs(id)).containsOnlyKeys("eth0");
    assertThat(links.routes(id)).containsExactly(new Links.Route(ip("10.91.0.1"), "eth0"));
    assertThat(firewall.entries().get(id).addresses()).containsExactly(ip("10.91.0.2"));
  }

  @Test
  void aJoinThatFailsLeavesNothing() throws IOException {
    var web = NetworkRoom.container(id, "web", 0, "front");
    connect(web);
    var taken = EndpointSpec.newBuilder().setIpv4Address("10.92.0.1").build();
    assertThatThrownBy(() -> room.connector.join(id, web, "back", NetworkRoom.BACK.getId(), taken))
        .hasMessage("Address already in use");
    links.faults.failNext("no room");
    assertThatThrownBy(
            () ->
                room.connector.join(
                    id, web, "back", NetworkRoom.BACK.getId(), EndpointSpec.getDefaultInstance()))
        .isInstanceOf(IOException.class);
    assertThat(links.plugs(id)).containsOnlyKeys("eth0");
    assertThat(room.table.addresses(NetworkRoom.BACK).orElseThrow().inUse()).isZero();
  }

  @Test
  void whatEndedIsForgottenEverywhere() throws IOException {
    var web = NetworkRoom.container(id, "web", 18_181, "front");
    connect(web);
    room.connector.disconnect(id, web);
    assertThat(room.book.containers()).isEmpty();
    assertThat(room.server.containers()).isEmpty();
    assertThat(links.namespaces()).isEmpty();
    assertThat(firewall.published()).isEmpty();
    assertThat(room.table.addresses(NetworkRoom.FRONT).orElseThrow().inUse()).isZero();
  }

  @Test
  void theNextAgentTakesUpWhatIsRecordedAndMendsTheRest() throws IOException {
    var web = NetworkRoom.container(id, "web", 18_182, "front");
    var connection = connect(web);
    var recorded =
        web.toBuilder()
            .setStatus(
                web.getStatus().toBuilder()
                    .putAllEndpoints(connection.endpoints())
                    .putAllPorts(connection.ports()))
            .build();
    // The first agent died after a device that it could not record, and somebody took eth0 away.
    links.plug(id, stray("eth1"));
    links.unplug(id, "eth0");
    room.close();
    try (var next = new NetworkRoom(directory, links, firewall, ConnectorTest::loopback)) {
      next.connector.restore(recorded);
      assertThat(links.plugs(id)).containsOnlyKeys("eth0");
      assertThat(next.book.lookup(id, "web")).hasSize(1);
      assertThat(next.server.containers()).containsExactly(id);
      assertThat(next.ports.held(id)).hasSize(1);
      assertThat(next.table.addresses(NetworkRoom.FRONT).orElseThrow().inUse()).isEqualTo(1);
    }
  }

  private Connection connect(Container container) throws IOException {
    return room.connector.connect(new ContainerId(container.getId()), container);
  }

  private String port(String device) {
    return links.plugs(id).get(device).outlet() instanceof Links.Outlet.Port(var bridge, _)
        ? bridge
        : "";
  }

  private static Links.Plug stray(String device) {
    return new Links.Plug(
        new Links.Outlet.Port("gtroom2", false), device, List.of(), List.of(), "", 0);
  }

  private static NameSockets.Pair loopback(Path namespace, Optional<Descriptor> kept)
      throws IOException {
    var here = new InetSocketAddress("127.0.0.1", 0);
    var pair = new NameSockets.Pair(Datagrams.bind(here), ServerSocketChannel.open());
    pair.connections().bind(here);
    pair.connections().configureBlocking(false);
    return pair;
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }
}
