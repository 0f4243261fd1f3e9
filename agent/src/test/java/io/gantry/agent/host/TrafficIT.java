package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall.PublishedPort;
import io.gantry.agent.host.firewall.NftablesFirewall;
import io.gantry.agent.host.kernel.Blocking;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetlinkSocket;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import io.gantry.agent.host.links.NetlinkLinks;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Links and firewall together, with packets. The "host" is a network namespace of its own. Each
 * test runs with and without br_netfilter, which shows bridged packets to the firewall as well and
 * is on wherever dockerd ran.
 */
@Tag("host")
@Timeout(60)
class TrafficIT {
  private static final Path BRIDGED = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");
  private static final int REFUSED_AFTER_MILLIS = 300;

  @TempDir Path directory;
  private final ContainerId a = ContainerId.random();
  private final ContainerId b = ContainerId.random();
  private final ContainerId stranger = ContainerId.random();
  private final ContainerId inmate = ContainerId.random();
  private final ContainerId outside = ContainerId.random();
  private Descriptor host;
  private NetlinkLinks links;
  private NftablesFirewall firewall;

  @BeforeEach
  void build() throws IOException {
    host = NetworkNamespaces.create(() -> true).namespace();
    links = new NetlinkLinks("gt", directory.resolve("netns"), 0, 0);
    firewall = new NftablesFirewall("gt_traffic");
    NetworkNamespaces.in(
        host,
        () -> {
          loopbackUp();
          network("gtone", "10.1.1.1");
          network("gttwo", "10.1.2.1");
          network("gtclosed", "10.1.3.1");
          network("world", "10.1.9.1");
          firewall.ensureNetwork("gtone", FirewallContract.outgoing(address("10.1.1.1")));
          firewall.ensureNetwork("gttwo", FirewallContract.outgoing(address("10.1.2.1")));
          firewall.ensureNetwork(
              "gtclosed", new Firewall.Rules(List.of(address("10.1.3.1")), true, true, true));
          container(a, "gtone", "10.1.1.2");
          container(b, "gtone", "10.1.1.3");
          container(stranger, "gttwo", "10.1.2.2");
          container(inmate, "gtclosed", "10.1.3.2");
          container(outside, "world", "10.1.9.2");
          return true;
        });
  }

  @AfterEach
  void tearDown() throws IOException {
    NetworkNamespaces.in(
        host,
        () -> {
          for (var container : links.namespaces()) {
            links.removeNamespace(container);
          }
          return true;
        });
    links.close();
    firewall.close();
    host.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void publishedPortIsReachedFromEverywhere(String bridged) throws Exception {
    try (var server = listen(a, "10.1.1.2")) {
      published(bridged, server.getLocalPort(), "0.0.0.0");
      assertThat(seenFromHost(server, "127.0.0.1")).isEqualTo("10.1.1.1");
      assertThat(seenFromHost(server, "10.1.9.1")).isNotEmpty();
      assertThat(seen(server, outside, "10.1.9.1")).isEqualTo("10.1.9.2");
      assertThat(seen(server, b, "10.1.9.1")).isEqualTo("10.1.1.1");
      assertThat(seen(server, b, "10.1.1.1")).isEqualTo("10.1.1.1");
      assertThat(seen(server, stranger, "10.1.2.1")).isEqualTo("10.1.1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void containerReachesItsOwnPublishedPort(String bridged) throws Exception {
    try (var server = listen(a, "10.1.1.2")) {
      published(bridged, server.getLocalPort(), "0.0.0.0");
      assertThat(seen(server, a, "10.1.9.1")).isEqualTo("10.1.1.1");
      assertThat(seen(server, a, "10.1.1.1")).isEqualTo("10.1.1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void portOfOneAddressIsNotReachedByAnother(String bridged) throws Exception {
    try (var server = listen(a, "10.1.1.2")) {
      published(bridged, server.getLocalPort(), "127.0.0.1");
      assertThat(seenFromHost(server, "127.0.0.1")).isEqualTo("10.1.1.1");
      assertThat(reaches(outside, "10.1.9.1", 28080)).isFalse();
      assertThat(seenFromHost(server, "10.1.9.1")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void withdrawnPortIsReachedNoMore(String bridged) throws Exception {
    try (var server = listen(a, "10.1.1.2")) {
      published(bridged, server.getLocalPort(), "0.0.0.0");
      assertThat(reaches(outside, "10.1.9.1", 28080)).isTrue();
      NetworkNamespaces.in(
          host,
          () -> {
            firewall.withdraw(a);
            return true;
          });
      assertThat(reaches(outside, "10.1.9.1", 28080)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void neighboursReachEachOtherAndStrangersDoNot(String bridged) throws Exception {
    try (var server = listen(a, "10.1.1.2")) {
      bridged(bridged);
      var port = server.getLocalPort();
      assertThat(reaches(b, "10.1.1.2", port)).isTrue();
      assertThat(reaches(stranger, "10.1.1.2", port)).isFalse();
      assertThat(reaches(outside, "10.1.1.2", port)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void containersReachTheOutsideUnderTheHostsAddressUnlessInternal(String bridged)
      throws Exception {
    try (var server = listen(outside, "10.1.9.2")) {
      bridged(bridged);
      var port = server.getLocalPort();
      try (var call = connect(a, "10.1.9.2", port)) {
        assertThat(call.isConnected()).isTrue();
        assertThat(server.accept().getInetAddress().getHostAddress()).isEqualTo("10.1.9.1");
      }
      assertThat(reaches(inmate, "10.1.9.2", port)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void datagramsAreAnsweredThroughAPublishedPort(String bridged) throws Exception {
    bridged(bridged);
    try (var server = datagrams(a, "10.1.1.2");
        var client = datagrams(outside, "10.1.9.2")) {
      publish(new PublishedPort(ip("0.0.0.0"), 28081, server.getLocalPort(), "udp"));
      client.send(new DatagramPacket(new byte[] {7}, 1, ip("10.1.9.1"), 28081));
      var packet = new DatagramPacket(new byte[9], 9);
      server.receive(packet);
      server.send(new DatagramPacket(new byte[] {8}, 1, packet.getSocketAddress()));
      client.receive(packet);
      assertThat(packet.getData()[0]).isEqualTo((byte) 8);
      assertThat(packet.getAddress().getHostAddress()).isEqualTo("10.1.9.1");
    }
  }

  private void loopbackUp() throws IOException {
    try (var socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
      // RTM_SETLINK of device 1 with IFF_UP.
      var request = java.nio.ByteBuffer.allocate(32).order(java.nio.ByteOrder.nativeOrder());
      request.putInt(32).putShort((short) 19).putShort((short) 5).putInt(0).putInt(0);
      request.putInt(0).putInt(1).putInt(1).putInt(1);
      socket.send(request.array());
      socket.receive();
    }
  }

  private void network(String bridge, String gateway) throws IOException {
    links.ensureBridge(new Links.Bridge(bridge, List.of(address(gateway)), 0));
  }

  private void container(ContainerId id, String bridge, String ip) throws IOException {
    links.ensureNamespace(id);
    var net = ip.substring(0, ip.lastIndexOf('.') + 1);
    var mac = "02:42:0a:01:%02x:%02x".formatted(Integer.parseInt(net.split("\\.")[2]), 2);
    mac = mac.substring(0, mac.length() - 1) + ip.charAt(ip.length() - 1);
    links.plug(
        id,
        new Links.Plug(
            new Links.Outlet.Port(bridge, false),
            "eth0",
            List.of(address(ip)),
            List.of(ip(net + "1")),
            mac,
            0));
  }

  private void published(String bridged, int containerPort, String address) throws IOException {
    bridged(bridged);
    publish(new PublishedPort(ip(address), 28080, containerPort, "tcp"));
  }

  private void publish(PublishedPort port) throws IOException {
    NetworkNamespaces.in(
        host,
        () -> {
          firewall.publish(a, List.of(ip("10.1.1.2")), List.of(port));
          return true;
        });
  }

  private void bridged(String value) throws IOException {
    NetworkNamespaces.in(
        host,
        () -> {
          if (Files.exists(BRIDGED)) {
            Files.writeString(BRIDGED, value);
          }
          return true;
        });
  }

  /** Whom the server takes the caller of its published port for; empty: it was not reached. */
  private String seen(ServerSocket server, ContainerId from, String to) throws IOException {
    try (var call = connect(from, to, 28080)) {
      return call.isConnected() ? server.accept().getInetAddress().getHostAddress() : "";
    }
  }

  private String seenFromHost(ServerSocket server, String to) throws IOException {
    try (var call = NetworkNamespaces.in(host, () -> attempt(to, 28080))) {
      return call.isConnected() ? server.accept().getInetAddress().getHostAddress() : "";
    }
  }

  private boolean reaches(ContainerId from, String to, int port) throws IOException {
    try (var call = connect(from, to, port)) {
      return call.isConnected();
    }
  }

  private Socket connect(ContainerId from, String to, int port) throws IOException {
    return in(from, () -> attempt(to, port));
  }

  private static Socket attempt(String to, int port) {
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(to, port), REFUSED_AFTER_MILLIS);
      return socket;
    } catch (IOException notReached) {
      return new Socket();
    }
  }

  private ServerSocket listen(ContainerId id, String address) throws IOException {
    return in(
        id,
        () -> {
          var server = new ServerSocket(0, 10, ip(address));
          server.setSoTimeout(5000);
          return server;
        });
  }

  private DatagramSocket datagrams(ContainerId id, String address) throws IOException {
    return in(
        id,
        () -> {
          var socket = new DatagramSocket(new InetSocketAddress(address, 0));
          socket.setSoTimeout(5000);
          return socket;
        });
  }

  private <T> T in(ContainerId id, Blocking.Operation<T> operation) throws IOException {
    try (var namespace = Descriptor.open(links.ensureNamespace(id), 0)) {
      return NetworkNamespaces.in(namespace, operation);
    }
  }

  private static Links.Address address(String text) throws IOException {
    return new Links.Address(ip(text), 24);
  }

  private static InetAddress ip(String text) throws IOException {
    return InetAddress.getByName(text);
  }
}
