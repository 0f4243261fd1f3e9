package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.RunningAgent.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users' networks: who reaches and finds whom, through stock Docker's command line. */
@Tag("host")
class NetworksE2E {
  private static final String IMAGE = Busybox.IMAGE;

  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  @Test
  void neighboursFindEachOtherByNameAliasAndShortId() {
    AGENT.docker("network", "create", "find");
    var web = server("find-web", "find", "--network-alias", "www");
    for (var name :
        new String[] {"find-web", "www", web.substring(0, 12), "FIND-WEB", "www.find"}) {
      assertThat(AGENT.run("--network", "find", IMAGE, "wget", "-qO-", "http://" + name + "/who"))
          .as(name)
          .isEqualTo("find-web");
    }
    AGENT.remove(web);
    AGENT.docker("network", "rm", "find");
  }

  @Test
  void networksAreStrangersToEachOther() {
    AGENT.docker("network", "create", "left");
    AGENT.docker("network", "create", "right");
    var web = server("left-web", "left");
    var address = AGENT.inspect("{{.NetworkSettings.Networks.left.IPAddress}}", web);
    var client = sleeper("right-client", "right");
    assertThat(fetch(client, "left-web").exit()).isNotZero();
    assertThat(fetch(client, address).exit()).isNotZero();
    AGENT.docker("network", "connect", "left", client);
    assertThat(fetch(client, "left-web").succeeded()).isEqualTo("left-web");
    AGENT.docker("network", "disconnect", "left", client);
    assertThat(fetch(client, "left-web").exit()).isNotZero();
    assertThat(fetch(client, address).exit()).isNotZero();
    AGENT.remove(client);
    AGENT.remove(web);
    AGENT.docker("network", "rm", "left", "right");
  }

  @Test
  void aPortPublishedOnTheHostsLoopbackIsNotReachedFromContainers() {
    AGENT.docker("network", "create", "loop");
    var web = server("loop-web", "loop", "-p", "127.0.0.1:18181:80");
    Eventually.holds(
        SOON,
        () ->
            assertThat(AGENT.onHost("curl", "-sS", "--max-time", "5", "127.0.0.1:18181/who").out())
                .isEqualTo("loop-web"));
    var gateway = AGENT.inspect("{{.NetworkSettings.Networks.loop.Gateway}}", web);
    var client = sleeper("loop-client", "bridge");
    assertThat(fetch(client, gateway + ":18181").exit()).isNotZero();
    assertThat(fetch(client, "127.0.0.1:18181").exit()).isNotZero();
    AGENT.remove(client);
    AGENT.remove(web);
    AGENT.docker("network", "rm", "loop");
  }

  @Test
  void anAliasOfSeveralIsSharedBetweenThem() {
    AGENT.docker("network", "create", "share");
    var one = server("share-1", "share", "--network-alias", "svc");
    var two = server("share-2", "share", "--network-alias", "svc");
    var client = sleeper("share-client", "share");
    var seen = new HashSet<String>();
    Eventually.holds(
        SOON,
        () -> {
          seen.add(fetch(client, "svc").succeeded());
          assertThat(seen).containsExactlyInAnyOrder("share-1", "share-2");
        });
    AGENT.remove(two);
    for (var i = 0; i < 10; i++) {
      assertThat(fetch(client, "svc").succeeded()).isEqualTo("share-1");
    }
    AGENT.remove(client);
    AGENT.remove(one);
    AGENT.docker("network", "rm", "share");
  }

  /** As Dokku and Compose replace a container without a gap. */
  @Test
  void aContainerConnectedBeforeItsStartTakesOverANameByRename() {
    AGENT.docker("network", "create", "deploy");
    var old = server("app", "deploy", "--network-alias", "app.web");
    AGENT.docker("create", "--name", "app-next", IMAGE, "sh", "-c", serve("app-next"));
    AGENT.docker("network", "connect", "--alias", "app.web", "deploy", "app-next");
    assertThat(AGENT.inspect("{{.NetworkSettings.Networks.deploy.Aliases}}", "app-next"))
        .contains("app.web");
    AGENT.docker("start", "app-next");
    AGENT.docker("rename", "app", "app-old");
    AGENT.docker("rename", "app-next", "app");
    var client = sleeper("deploy-client", "deploy");
    Eventually.holds(
        SOON, () -> assertThat(fetch(client, "app").succeeded()).isEqualTo("app-next"));
    assertThat(fetch(client, "app-old").succeeded()).isEqualTo("app");
    assertThat(fetch(client, "app-next").exit()).isNotZero();
    AGENT.remove(old);
    assertThat(fetch(client, "app.web").succeeded()).isEqualTo("app-next");
    AGENT.docker("network", "disconnect", "-f", "deploy", "app");
    assertThat(fetch(client, "app").exit()).isNotZero();
    AGENT.docker("network", "connect", "--alias", "app.web", "deploy", "app");
    assertThat(fetch(client, "app.web").succeeded()).isEqualTo("app-next");
    AGENT.remove(client);
    AGENT.remove("app");
    AGENT.docker("network", "rm", "deploy");
  }

  @Test
  void severalNetworksHaveTheirDevicesInOrderAndOneWayOut() {
    AGENT.docker("network", "create", "--subnet", "10.123.1.0/24", "zeta");
    AGENT.docker("network", "create", "--subnet", "10.123.2.0/24", "alpha");
    AGENT.docker("create", "--name", "multi", "--network", "zeta", IMAGE, "sleep", "1000");
    AGENT.docker("network", "connect", "--ip", "10.123.2.77", "alpha", "multi");
    AGENT.docker("start", "multi");
    assertThat(AGENT.docker("exec", "multi", "ip", "-4", "addr", "show", "eth0"))
        .contains("10.123.1.");
    assertThat(AGENT.docker("exec", "multi", "ip", "-4", "addr", "show", "eth1"))
        .contains("10.123.2.77");
    assertThat(AGENT.docker("exec", "multi", "ip", "route")).contains("default via 10.123.2.1");
    AGENT.docker("network", "disconnect", "alpha", "multi");
    assertThat(AGENT.docker("exec", "multi", "ip", "route")).contains("default via 10.123.1.1");
    AGENT.remove("multi");
    AGENT.docker("network", "rm", "zeta", "alpha");
  }

  @Test
  void versionSixHasAddressesNamesAndPublishedPorts() {
    AGENT.docker("network", "create", "--ipv6", "--subnet", "fd00:77::/64", "six");
    var web = server("six-web", "six", "-p", "18182:80");
    assertThat(AGENT.inspect("{{.NetworkSettings.Networks.six.GlobalIPv6Address}}", web))
        .isEqualTo("fd00:77::2");
    assertThat(AGENT.run("--network", "six", IMAGE, "ping", "-6", "-c1", "-W5", "six-web"))
        .contains("1 packets received");
    for (var address : new String[] {"127.0.0.1", "[::1]", "[fd00:77::1]"}) {
      Eventually.holds(
          SOON,
          () ->
              assertThat(
                      AGENT.onHost("curl", "-sSg", "--max-time", "5", address + ":18182/who").out())
                  .isEqualTo("six-web"));
    }
    AGENT.remove(web);
    AGENT.docker("network", "rm", "six");
  }

  @Test
  void whatCannotBeSaysWhyInDockersWords() {
    AGENT.docker("network", "create", "--subnet", "10.124.0.0/24", "words");
    var web = server("words-web", "words");
    assertThat(failure("network", "create", "words"))
        .contains("network with name words already exists");
    assertThat(failure("network", "create", "--subnet", "10.124.0.0/16", "other"))
        .contains("Pool overlaps with other one on this address space");
    assertThat(failure("network", "rm", "words")).contains("has active endpoints");
    assertThat(failure("network", "rm", "nowhere")).contains("network nowhere not found");
    assertThat(failure("network", "connect", "nowhere", web)).contains("network nowhere not found");
    assertThat(failure("network", "connect", "words", web))
        .contains("endpoint with name words-web already exists in network words");
    assertThat(failure("network", "disconnect", "bridge", web))
        .contains("is not connected to network bridge");
    AGENT.docker("create", "--name", "words-plain", "--network", "words", IMAGE, "true");
    assertThat(failure("network", "connect", "--alias", "x", "bridge", "words-plain"))
        .contains("network-scoped alias is supported only for containers in user defined networks");
    assertThat(failure("network", "create", "-d", "ipvlan", "-o", "parent=nothing", "ipv"))
        .contains("there is no device nothing");
    AGENT.remove("words-plain");
    AGENT.remove(web);
    AGENT.docker("network", "rm", "words");
  }

  @Test
  void neighboursAreStrangersWhereTheNetworkSaysSo() {
    AGENT.docker(
        "network", "create", "-o", "com.docker.network.bridge.enable_icc=false", "hermits");
    var web = server("hermit", "hermits");
    var address = AGENT.inspect("{{.NetworkSettings.Networks.hermits.IPAddress}}", web);
    var client = sleeper("hermit-client", "hermits");
    assertThat(fetch(client, address).exit()).isNotZero();
    AGENT.remove(client);
    AGENT.remove(web);
    AGENT.docker("network", "rm", "hermits");
  }

  @Test
  void macvlanDevicesReachEachOtherAndAMissingKindSaysSo() {
    AGENT.onHost("ip", "link", "add", "mvparent", "type", "veth", "peer", "name", "mvpeer");
    AGENT.onHost("ip", "link", "set", "mvpeer", "up");
    AGENT.onHost("ip", "link", "set", "mvparent", "up");
    var made =
        AGENT
            .docker()
            .run(
                "network",
                "create",
                "-d",
                "macvlan",
                "--subnet",
                "10.125.0.0/24",
                "-o",
                "parent=mvparent",
                "mv");
    if (made.exit() != 0) {
      assertThat(made.err()).contains("the kernel of this host has no macvlan");
      return;
    }
    var web = server("mv-web", "mv");
    var client = sleeper("mv-client", "mv");
    assertThat(fetch(client, "mv-web").succeeded()).isEqualTo("mv-web");
    AGENT.remove(client);
    AGENT.remove(web);
    AGENT.docker("network", "rm", "mv");
    AGENT.onHost("ip", "link", "del", "mvparent");
  }

  @Test
  void anInternalNetworkHasNoWayOut() {
    AGENT.docker("network", "create", "--internal", "closed");
    var web = server("closed-web", "closed");
    assertThat(AGENT.docker("exec", web, "ip", "route")).doesNotContain("default");
    assertThat(AGENT.run("--network", "closed", IMAGE, "wget", "-qO-", "http://closed-web/who"))
        .isEqualTo("closed-web");
    AGENT.remove(web);
    AGENT.docker("network", "rm", "closed");
  }

  @Test
  void aLinkOnTheDefaultBridgeIsAHostNameAndVariables() {
    var db =
        AGENT.detached(
            "--name", "linked-db", "--expose", "5432", "-e", "MODE=x", IMAGE, "sleep", "1000");
    var address = AGENT.inspect("{{.NetworkSettings.IPAddress}}", db);
    var seen =
        AGENT.run(
            "--name",
            "linking",
            "--link",
            "linked-db:db",
            IMAGE,
            "sh",
            "-c",
            "env; cat /etc/hosts");
    assertThat(seen)
        .contains(
            "DB_PORT_5432_TCP_ADDR=" + address,
            "DB_ENV_MODE=x",
            "DB_NAME=/linking/db",
            address + "\tdb");
    AGENT.remove(db);
  }

  private static String failure(String... words) {
    var result = AGENT.docker().run(words);
    assertThat(result.exit()).isNotZero();
    return result.err();
  }

  /** Answers with its name on port 80. */
  private static String server(String name, String network, String... options) {
    var words = new String[] {"--name", name, "--network", network};
    var all =
        java.util.stream.Stream.of(
                java.util.Arrays.stream(words),
                java.util.Arrays.stream(options),
                java.util.stream.Stream.of(IMAGE, "sh", "-c", serve(name)))
            .flatMap(each -> each)
            .toArray(String[]::new);
    var id = AGENT.detached(all);
    Eventually.holds(
        SOON,
        () ->
            assertThat(
                    AGENT.docker().run("exec", id, "wget", "-qO-", "http://127.0.0.1/who").exit())
                .isZero());
    return id;
  }

  private static String serve(String name) {
    return "mkdir -p /w; printf " + name + " > /w/who; exec httpd -f -p '[::]:80' -h /w";
  }

  private static String sleeper(String name, String network) {
    return AGENT.detached("--name", name, "--network", network, IMAGE, "sleep", "1000");
  }

  private static Command.Result fetch(String from, String address) {
    // A timeout of wget's own ends a static busybox by a signal.
    return AGENT
        .docker()
        .run("exec", from, "timeout", "3", "wget", "-qO-", "http://" + address + "/who");
  }
}
