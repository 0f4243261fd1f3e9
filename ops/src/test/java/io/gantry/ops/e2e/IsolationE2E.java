package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.RunningAgent.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What networks keep apart, tried from inside containers that may change their own routes and
 * addresses, and from a neighbour of the host: also after somebody else emptied the firewall.
 */
@Tag("host")
class IsolationE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  private static final String IMAGE = Busybox.IMAGE;
  private static final int RELOADS = 10;
  private static final String HOST_ON_LAN = "192.0.2.1";
  private static String lan;

  private static String v4;
  private static String v6;
  private static String gateway;
  private static String friend;
  private static String stranger;

  @BeforeAll
  static void twoNetworksAndANeighbourOfTheHost() {
    AGENT.docker("network", "create", "--ipv6", "--subnet", "fd00:81::/64", "one");
    AGENT.docker("network", "create", "--ipv6", "--subnet", "fd00:82::/64", "two");
    var server =
        AGENT.detached(
            "--network",
            "one",
            "--name",
            "server",
            "-p",
            "127.0.0.1:18281:80",
            "-p",
            "18282:80",
            IMAGE,
            "sh",
            "-c",
            "mkdir /w; echo -n yes > /w/who; exec httpd -f -p '[::]:80' -h /w");
    v4 = AGENT.inspect("{{.NetworkSettings.Networks.one.IPAddress}}", server);
    v6 = AGENT.inspect("{{.NetworkSettings.Networks.one.GlobalIPv6Address}}", server);
    gateway = AGENT.inspect("{{.NetworkSettings.Networks.one.Gateway}}", server);
    friend = able("one");
    stranger = able("two");
    lan = AGENT.host().networkNamespace() + "l";
    var outside = lan.substring(lan.length() - 10);
    ip("netns", "add", lan);
    ip("-n", lan, "link", "set", "lo", "up");
    ip(
        "link",
        "add",
        outside,
        "netns",
        AGENT.host().networkNamespace(),
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        lan);
    ip("-n", AGENT.host().networkNamespace(), "addr", "add", HOST_ON_LAN + "/24", "dev", outside);
    ip("-n", AGENT.host().networkNamespace(), "link", "set", outside, "up");
    ip("-n", lan, "addr", "add", "192.0.2.2/24", "dev", "eth0");
    ip("-n", lan, "link", "set", "eth0", "up");
    ip("-n", lan, "route", "add", "default", "via", HOST_ON_LAN);
    Eventually.holds(SOON, IsolationE2E::everythingAllowedWorks);
  }

  @AfterAll
  static void clear() {
    Command.run(List.of("ip", "netns", "del", String.valueOf(lan)));
    for (var container : List.of("server", friend, stranger)) {
      AGENT.remove(container);
    }
    AGENT.docker("network", "rm", "one", "two");
  }

  /** Without this, nothing below would show anything. */
  @Test
  void whatIsAllowedWorks() {
    everythingAllowedWorks();
  }

  private static void everythingAllowedWorks() {
    assertThat(reaches(friend, v4 + ":80")).isTrue();
    assertThat(reaches(friend, "[" + v6 + "]:80")).isTrue();
    assertThat(pings(friend, v4)).isTrue();
    assertThat(pings(friend, v6)).isTrue();
    assertThat(curl(AGENT.host().networkNamespace(), "127.0.0.1:18281")).isEqualTo("yes");
    assertThat(curl(lan, HOST_ON_LAN + ":18282")).isEqualTo("yes");
    assertThat(reaches(stranger, gateway + ":18282")).isTrue();
  }

  @Test
  void containersOfAnotherNetworkAreNotReached() {
    assertThat(reaches(stranger, v4 + ":80")).isFalse();
    assertThat(reaches(stranger, "[" + v6 + "]:80")).isFalse();
    assertThat(pings(stranger, v4)).isFalse();
    assertThat(pings(stranger, v6)).isFalse();
  }

  @Test
  void aForgedAddressOrRouteDoesNotHelp() {
    var forged = v4.substring(0, v4.lastIndexOf('.')) + ".200";
    inside(stranger, "ip addr add " + forged + "/32 dev eth0").succeeded();
    inside(
            stranger,
            "ip route add "
                + v4
                + " via $(ip route | sed -n 's/default via \\([^ ]*\\).*/\\1/p') src "
                + forged)
        .succeeded();
    assertThat(reaches(stranger, v4 + ":80")).isFalse();
    inside(stranger, "ip route del " + v4).succeeded();
    inside(stranger, "ip route add " + v4 + " dev eth0 src " + forged).succeeded();
    assertThat(reaches(stranger, v4 + ":80")).isFalse();
    inside(stranger, "ip route del " + v4 + "; ip addr del " + forged + "/32 dev eth0").succeeded();
  }

  @Test
  void aPortOfTheHostsLoopbackIsTheHostsAlone() {
    for (var container : List.of(friend, stranger)) {
      assertThat(reaches(container, gateway + ":18281")).isFalse();
      assertThat(reaches(container, HOST_ON_LAN + ":18281")).isFalse();
      assertThat(reaches(container, "127.0.0.1:18281")).isFalse();
    }
    assertThat(curl(lan, HOST_ON_LAN + ":18281")).isEmpty();
  }

  /**
   * Its kernel lets it send to 127.0.0.1 through its gateway, whose kernel lets that be published.
   */
  @Test
  void theHostsLoopbackIsNotReachedThroughTheGateway() {
    for (var container : List.of(friend, stranger)) {
      var network = container.equals(friend) ? "one" : "two";
      var own = AGENT.inspect("{{.NetworkSettings.Networks." + network + ".Gateway}}", container);
      inside(container, "ip addr del 127.0.0.1/8 dev lo; ip route add 127.0.0.1 via " + own)
          .succeeded();
      assertThat(inside(container, "ip route get 127.0.0.1").out()).contains("via " + own);
      assertThat(reaches(container, "127.0.0.1:18281")).isFalse();
      inside(container, "ip route del 127.0.0.1; ip addr add 127.0.0.1/8 dev lo").succeeded();
    }
  }

  @Test
  void aNeighbourOfTheHostReachesPublishedPortsOnly() {
    assertThat(curl(lan, v4 + ":80")).isEmpty();
    Command.run(
            List.of(
                "nsenter",
                "--net=/run/netns/" + lan,
                "sh",
                "-c",
                "echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet; ip addr del 127.0.0.1/8 dev"
                    + " lo; ip route add 127.0.0.1 via "
                    + HOST_ON_LAN))
        .succeeded();
    assertThat(curl(lan, "127.0.0.1:18281")).isEmpty();
  }

  /** Also the rules of others that a reload brings are left as they are. */
  @Test
  void anEmptiedFirewallIsWrittenAgainAtOnce() {
    var reload = "flush ruleset; add table inet others; add chain inet others mine";
    var own = AGENT.onHost("nft", "list", "tables").succeeded().strip();
    assertThat(own).matches("table inet gt[0-9a-z]+");
    var millis =
        IntStream.range(0, RELOADS)
            .mapToLong(
                _ -> {
                  AGENT.onHost("nft", reload).succeeded();
                  var emptied = System.nanoTime();
                  Eventually.holds(
                      SOON,
                      () -> assertThat(AGENT.onHost("nft", "list", "tables").out()).contains(own));
                  return Duration.ofNanos(System.nanoTime() - emptied).toMillis();
                })
            .sorted()
            .toArray();
    System.out.printf(
        "firewall emptied by another: written again after %d ms (median), %d ms (most)%n",
        millis[RELOADS / 2], millis[RELOADS - 1]);
    assertThat(AGENT.onHost("nft", "list", "tables").out()).contains("table inet others");
    assertThat(millis[RELOADS / 2]).isLessThan(1000);
    everythingAllowedWorks();
    assertThat(reaches(stranger, v4 + ":80")).isFalse();
    assertThat(reaches(stranger, "[" + v6 + "]:80")).isFalse();
    assertThat(reaches(stranger, gateway + ":18281")).isFalse();
    assertThat(curl(lan, v4 + ":80")).isEmpty();
    AGENT.onHost("nft", "delete", "table", "inet", "others").succeeded();
  }

  /** Others may take ports of a bridge as well; what they took, no count of containers knows. */
  @Test
  void aBridgeWithoutAFreePortSaysSo() {
    AGENT.docker("network", "create", "-o", "com.docker.network.bridge.name=gtfull", "full");
    var devices = new StringBuilder();
    IntStream.range(0, 1022)
        .forEach(
            number ->
                devices.append(
                    "link add gtd%d group 77 master gtfull type ifb\n".formatted(number)));
    Command.run(AGENT.host().inNetwork(List.of("ip", "-batch", "-")), devices.toString())
        .succeeded();
    var last = AGENT.detached("--network", "full", IMAGE, "sleep", "1000");
    var refused = AGENT.docker().run("run", "--rm", "--network", "full", IMAGE, "true");
    assertThat(refused.exit()).isEqualTo(125);
    assertThat(refused.err()).contains("bridge gtfull is full: it has 1023 ports");
    AGENT.remove(last);
    AGENT.docker("run", "--rm", "--network", "full", IMAGE, "true");
    AGENT.onHost("ip", "link", "del", "group", "77").succeeded();
    AGENT.docker("network", "rm", "full");
  }

  /** May set its own routes and addresses, and send to 127.0.0.1 through a device. */
  private static String able(String network) {
    return AGENT.detached(
        "--network",
        network,
        "--cap-add",
        "NET_ADMIN",
        "--sysctl",
        "net.ipv4.conf.all.route_localnet=1",
        IMAGE,
        "sleep",
        "1000");
  }

  private static Command.Result inside(String container, String script) {
    return AGENT.docker().run("exec", container, "sh", "-c", script);
  }

  private static boolean reaches(String container, String address) {
    // A timeout of wget's own ends a static busybox by a signal.
    return inside(container, "timeout 1 wget -qO- http://" + address + "/who").out().equals("yes");
  }

  private static boolean pings(String container, String address) {
    return inside(container, "ping -c1 -W1 " + address).exit() == 0;
  }

  private static String curl(String namespace, String address) {
    return Command.run(
            List.of(
                "nsenter",
                "--net=/run/netns/" + namespace,
                "curl",
                "-sg",
                "--max-time",
                "2",
                address + "/who"))
        .out();
  }

  private static void ip(String... words) {
    Command.run(
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of("ip"), java.util.stream.Stream.of(words))
                .toList())
        .succeeded();
  }
}
