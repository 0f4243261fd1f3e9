package io.gantry.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links;
import io.gantry.agent.host.Links.Address;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private static final EndpointSpec ANY = EndpointSpec.getDefaultInstance();

  @Test
  void oneAddressOfEachVersionIsTakenFromItsRange() throws IOException {
    var addresses =
        network(
            IpamPool.newBuilder()
                .setSubnet("10.1.0.0/24")
                .setIpRange("10.1.0.128/25")
                .setGateway("10.1.0.1")
                .putAuxiliaryAddresses("router", "10.1.0.128"),
            IpamPool.newBuilder().setSubnet("fd00::/64").setGateway("fd00::1"));
    assertThat(texts(addresses.take(ContainerId.random(), ANY)))
        .containsExactly("10.1.0.129/24", "fd00::2/64");
  }

  @Test
  void aFixedAddressIsGivenOnceUntilReleased() throws IOException {
    var addresses = network(IpamPool.newBuilder().setSubnet("10.1.0.0/24").setGateway("10.1.0.1"));
    var fixed = EndpointSpec.newBuilder().setIpv4Address("10.1.0.77").build();
    var first = ContainerId.random();
    addresses.take(first, fixed);
    assertThat(texts(addresses.take(first, fixed))).containsExactly("10.1.0.77/24");
    assertThatThrownBy(() -> addresses.take(ContainerId.random(), fixed))
        .hasMessage("Address already in use");
    addresses.release(first);
    assertThat(texts(addresses.take(ContainerId.random(), fixed))).containsExactly("10.1.0.77/24");
  }

  @Test
  void aFullNetworkSaysSo() throws IOException {
    var small = network(IpamPool.newBuilder().setSubnet("10.1.0.0/30").setGateway("10.1.0.1"));
    small.take(ContainerId.random(), ANY);
    assertThatThrownBy(() -> small.take(ContainerId.random(), ANY))
        .hasMessageStartingWith("no available IPv4 addresses on this network's address pools: net");
    var wide = network(IpamPool.newBuilder().setSubnet("10.1.0.0/16").setGateway("10.1.0.1"));
    for (var i = 0; i < Addresses.MOST_ON_A_BRIDGE; i++) {
      wide.take(ContainerId.random(), ANY);
    }
    assertThatThrownBy(() -> wide.take(ContainerId.random(), ANY))
        .hasMessage(
            "network net is full: a Linux bridge has 1023 ports, and each container takes one");
  }

  @Test
  void ofManyThatComeAtOnceOnlyThoseThatHaveRoomGetAPlace() throws Exception {
    var wide = network(IpamPool.newBuilder().setSubnet("10.1.0.0/16").setGateway("10.1.0.1"));
    var asking = Addresses.MOST_ON_A_BRIDGE + 500;
    var begin = new CountDownLatch(1);
    var places = ConcurrentHashMap.<String>newKeySet();
    var refused = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < asking; i++) {
        threads.submit(
            () -> {
              begin.await();
              try {
                return places.addAll(texts(wide.take(ContainerId.random(), ANY)));
              } catch (PlaceRefused full) {
                assertThat(full.kind()).isEqualTo(ErrorKind.EXHAUSTED);
                return refused.incrementAndGet() > 0;
              }
            });
      }
      begin.countDown();
    }
    assertThat(places).hasSize(Addresses.MOST_ON_A_BRIDGE);
    assertThat(refused).hasValue(500);
  }

  @Test
  void whoHasAPlaceKeepsItWhereTheNetworkIsFull() throws IOException {
    var wide = network(IpamPool.newBuilder().setSubnet("10.1.0.0/16").setGateway("10.1.0.1"));
    var early = ContainerId.random();
    wide.takeAgain(early, ip("10.1.77.7"));
    for (var i = 1; i < Addresses.MOST_ON_A_BRIDGE; i++) {
      wide.take(ContainerId.random(), ANY);
    }
    assertThat(texts(wide.take(early, ANY))).containsExactly("10.1.77.7/16");
    assertThatThrownBy(() -> wide.take(ContainerId.random(), ANY)).isInstanceOf(PlaceRefused.class);
    wide.release(early);
    assertThat(texts(wide.take(ContainerId.random(), ANY))).hasSize(1);
  }

  @Test
  void theWayOutIsOfTheHighestPriorityThenTheFirstByName() {
    var endpoints =
        Map.of("b", endpoint("10.2.0.2", "10.2.0.1", 0), "a", endpoint("10.1.0.2", "10.1.0.1", 0));
    assertThat(WayOut.of(endpoints).routes())
        .containsExactly(new Links.Route(ip("10.1.0.1"), "eth0"));
    var preferred =
        Map.of("b", endpoint("10.2.0.2", "10.2.0.1", 5), "a", endpoint("10.1.0.2", "10.1.0.1", 0));
    assertThat(WayOut.of(preferred).gateways("b")).containsExactly(ip("10.2.0.1"));
    assertThat(WayOut.of(preferred).addresses()).containsExactly(ip("10.2.0.2"));
    var closed = Map.of("b", endpoint("10.2.0.2", "10.2.0.1", 0), "a", endpoint("10.1.0.2", "", 9));
    assertThat(WayOut.of(closed).routes()).containsExactly(new Links.Route(ip("10.2.0.1"), "eth0"));
  }

  @Property
  void anAddressIsWrittenSoThatItIsReadAsTheSame(@ForAll @Size(16) byte[] bytes)
      throws IOException {
    var address = java.net.Inet6Address.getByAddress(null, bytes, -1);
    assertThat(Subnet.address(IpText.of(address)).getHostAddress())
        .isEqualTo(Subnet.address(address.getHostAddress()).getHostAddress());
  }

  @Test
  void versionSixIsWrittenShort() {
    assertThat(IpText.of(ip("fd00:0:0:1:0:0:0:2"))).isEqualTo("fd00:0:0:1::2");
    assertThat(IpText.of(ip("::1"))).isEqualTo("::1");
    assertThat(IpText.of(ip("::"))).isEqualTo("::");
    assertThat(IpText.of(ip("1:0:3:4:5:6:7:8"))).isEqualTo("1:0:3:4:5:6:7:8");
  }

  private static Addresses network(IpamPool.Builder... pools) {
    var spec = NetworkSpec.newBuilder().setName("net").setDriver("bridge").setEnableIpv6(true);
    for (var pool : pools) {
      spec.addPools(pool);
    }
    return new Addresses(Network.newBuilder().setId("n").setSpec(spec).build());
  }

  private static Endpoint endpoint(String ip, String gateway, int priority) {
    return Endpoint.newBuilder()
        .setIpAddress(ip)
        .setGateway(gateway)
        .setSpec(EndpointSpec.newBuilder().setGwPriority(priority))
        .build();
  }

  private static List<String> texts(List<Address> addresses) {
    return addresses.stream()
        .map(address -> IpText.of(address.ip()) + "/" + address.prefixLength())
        .toList();
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }
}
