package io.gantry.agent.host.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall.PublishedPort;
import io.gantry.agent.host.Firewall.Rules;
import io.gantry.agent.host.Links.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ContentsTest {
  private static final InetAddress CONTAINER = InetAddress.ofLiteral("10.9.0.2");
  private static final String LISTED =
      """
      {"nftables": [{"metainfo": {"version": "1.0.6"}},
       {"set": {"name": "bridges", "elem": [
         {"elem": {"val": "br0", "comment": "10.9.0.0/24 internal"}}, "foreign0"]}},
       {"map": {"name": "any4", "elem": [
         [{"elem": {"val": {"concat": ["tcp", 28080]}, "comment": "ID"}},
          {"concat": ["10.9.0.2", 80]}],
         [{"concat": ["tcp", 1]}, {"concat": ["10.9.0.3", 1]}]]}}]}
      """;

  @Test
  void elementsAreGivenBackToTheirOwners() throws Exception {
    var id = ContainerId.random();
    var contents = Contents.parse(LISTED.replace("ID", id.value()));
    assertThat(contents.networks()).containsOnlyKeys("br0");
    assertThat(contents.networks().get("br0"))
        .isEqualTo(new Network(List.of("10.9.0.0/24"), true, true, true));
    assertThat(contents.published())
        .containsOnlyKeys(id)
        .containsEntry(
            id, List.of(new Entry(Optional.empty(), Protocol.TCP, 28080, CONTAINER, 80)));
  }

  @Test
  void entrySaysInWhichMapItIsAndUnderWhichKey() throws Exception {
    var every = new PublishedPort(InetAddress.getByName("0.0.0.0"), 28080, 80, "tcp");
    assertThat(Entry.of(CONTAINER, every))
        .returns("any4", Entry::map)
        .returns("tcp . 28080", Entry::key);
    var one = new PublishedPort(InetAddress.getByName("127.0.0.1"), 53, 53, "udp");
    assertThat(Entry.of(CONTAINER, one))
        .returns("one4", Entry::map)
        .returns("127.0.0.1 . udp . 53", Entry::key);
  }

  @Test
  void portsThatDoNotExistAreRefused() throws Exception {
    var host = InetAddress.getByName("0.0.0.0");
    for (var wrong :
        List.of(
            new PublishedPort(host, 0, 80, "tcp"),
            new PublishedPort(host, 80, 65536, "tcp"),
            new PublishedPort(host, 80, 80, "icmp"),
            new PublishedPort(InetAddress.getByName("fd00::1"), 80, 80, "tcp"))) {
      assertThatThrownBy(() -> Entry.of(CONTAINER, wrong))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("publish port ");
    }
  }

  @Test
  void subnetIsTheGatewaysWithoutItsHostPart() throws Exception {
    var gateway = new Address(InetAddress.getByName("172.17.200.1"), 20);
    assertThat(Network.of(new Rules(List.of(gateway), false, true, true)).subnets())
        .containsExactly("172.17.192.0/20");
    var v6 = new Address(InetAddress.getByName("fd00:1:2:3::1"), 64);
    assertThat(Network.of(new Rules(List.of(v6), false, true, true)).subnets())
        .containsExactly("fd00:1:2:3:0:0:0:0/64");
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    assertThatCode(
            () -> {
              try {
                Contents.parse(text);
              } catch (IOException refused) {
                assertThat(refused).hasMessageContaining("unknown form");
              }
            })
        .doesNotThrowAnyException();
  }
}
