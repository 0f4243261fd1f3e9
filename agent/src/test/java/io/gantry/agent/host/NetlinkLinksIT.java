package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import io.gantry.agent.host.links.NetlinkLinks;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class NetlinkLinksIT extends LinksContract {
  private static final int RUNS = 60;

  @TempDir Path directory;
  private final int number = ThreadLocalRandom.current().nextInt(10_000, 100_000);
  private final String prefix = "gt" + Integer.toString(number, 36);
  private final String network = "10." + (200 + number % 50) + "." + number / 50 % 256 + ".";
  private NetlinkLinks links;

  @BeforeEach
  void open() throws IOException {
    links = new NetlinkLinks(prefix, directory.resolve("netns"), 0, 2);
  }

  @AfterEach
  void sweep() throws IOException {
    for (var container : links.namespaces()) {
      links.removeNamespace(container);
    }
    for (var bridge : links.bridges()) {
      links.removeBridge(bridge);
    }
    links.close();
  }

  @Override
  Links links() {
    return links;
  }

  @Override
  String bridge() {
    return prefix + "0";
  }

  @Override
  Links.Address gateway() throws IOException {
    return new Links.Address(InetAddress.getByName(network + "1"), 24);
  }

  @Override
  Links.Plug plug(String device, int host) throws IOException {
    return plug(bridge(), device, network + "1", host);
  }

  @Test
  void hostAndContainerReachEachOther() throws Exception {
    links.ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    var path = links.ensureNamespace(id);
    links.plug(id, plug("eth0", 2));
    try (var server = listen(path, network + "2");
        var _ = new java.net.Socket(network + "2", server.getLocalPort())) {
      assertThat(server.accept().getInetAddress().getHostAddress()).isEqualTo(network + "1");
    }
    assertThat(links.counters(id).get("eth0").rxPackets()).isPositive();
  }

  @Test
  void bridgeTakesANewAddress() throws Exception {
    links.ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    var other = new Links.Address(InetAddress.getByName(network + "254"), 25);
    links.ensureBridge(new Links.Bridge(bridge(), List.of(other), 0));
    var addresses = java.net.NetworkInterface.getByName(bridge()).getInterfaceAddresses();
    assertThat(addresses.stream().filter(a -> a.getNetworkPrefixLength() <= 32))
        .extracting(a -> a.getAddress().getHostAddress())
        .containsExactly(network + "254");
  }

  @Test
  void namespacesOfAnEarlierAgentAreKnown() throws Exception {
    links.ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    links.ensureNamespace(id);
    links.plug(id, plug("eth0", 2));
    try (var next = new NetlinkLinks(prefix, directory.resolve("netns"), 0, 0)) {
      assertThat(next.namespaces()).containsExactly(id);
      next.plug(id, plug("eth0", 2));
      assertThat(next.counters(id)).containsOnlyKeys("eth0");
      next.removeNamespace(id);
    }
    assertThat(links.cables()).isEmpty();
  }

  /** The hundreds of others on the bridge would have to hear of it. */
  @Test
  void onlyADeviceThatIsGivenAVersion6AddressHasOne() throws Exception {
    links.ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    var path = links.ensureNamespace(id);
    var first = plug("eth0", 2);
    var second = plug("eth1", 3);
    var address = new Links.Address(InetAddress.getByName("fd00:" + number % 9999 + "::3"), 64);
    links.plug(id, first);
    links.plug(
        id,
        new Links.Plug(
            second.outlet(), "eth1", List.of(address), List.of(), second.mac(), second.mtu()));
    try (var namespace = Descriptor.open(path, 0)) {
      var devices =
          NetworkNamespaces.in(
              namespace, () -> Files.readString(Path.of("/proc/thread-self/net/if_inet6")));
      assertThat(devices).contains("eth1").contains(" lo\n").doesNotContain("eth0");
    }
    var host = Files.readString(Path.of("/proc/net/if_inet6"));
    assertThat(links.cables().keySet()).hasSize(2).noneMatch(host::contains);
  }

  @Test
  void manyContainersLeaveNoDescriptors() throws Exception {
    links.ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    round(ContainerId.random(), new long[3]);
    var before = descriptors();
    var namespace = new long[RUNS];
    var plug = new long[RUNS];
    var remove = new long[RUNS];
    for (var i = 0; i < RUNS; i++) {
      var times = new long[3];
      round(ContainerId.random(), times);
      namespace[i] = times[0];
      plug[i] = times[1];
      remove[i] = times[2];
    }
    System.out.printf(
        "links p50: namespace %d us, plug %d us, remove %d us%n",
        median(namespace), median(plug), median(remove));
    assertThat(descriptors()).as("one in four runs would show").isLessThan(before + RUNS / 4);
    assertThat(links.cables()).isEmpty();
  }

  private void round(ContainerId container, long[] times) throws IOException {
    var start = System.nanoTime();
    links.ensureNamespace(container);
    var made = System.nanoTime();
    links.plug(container, plug("eth0", 2));
    var plugged = System.nanoTime();
    links.removeNamespace(container);
    times[0] = made - start;
    times[1] = plugged - made;
    times[2] = System.nanoTime() - plugged;
  }

  private static long median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1000;
  }

  private static int descriptors() {
    return Path.of("/proc/self/fd").toFile().list().length;
  }

  private static java.net.ServerSocket listen(Path namespace, String address) throws IOException {
    try (var target = Descriptor.open(namespace, 0)) {
      return NetworkNamespaces.in(
          target, () -> new java.net.ServerSocket(0, 1, InetAddress.getByName(address)));
    }
  }
}
