package io.gantry.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkPlanTest {
  private static final Network DB =
      Network.newBuilder()
          .setId("d".repeat(64))
          .setBridge("gt-db")
          .setSpec(pool("10.66.1.0/24").setName("db").setDriver("bridge"))
          .build();

  @Test
  void aNameIsTakenOnce() {
    assertThat(refusal(spec("db")))
        .isEqualTo(refused(ErrorKind.CONFLICT, "network with name db already exists"));
  }

  @Test
  void aSubnetIsTakenOnce() {
    assertThat(refusal(pool("10.66.0.0/16").setName("web")))
        .isEqualTo(
            refused(
                ErrorKind.FORBIDDEN,
                "invalid pool request: Pool overlaps with other one on this address space"));
  }

  @Test
  void theGatewayIsTheFirstAddress() {
    var plan = planned(pool("10.67.0.0/24").setName("web"));
    assertThat(plan.getPools(0).getGateway()).isEqualTo("10.67.0.1");
    assertThat(plan.getDriver()).isEqualTo("bridge");
  }

  @Test
  void versionSixHasASubnetOfItsOwnWhereNoneIsGiven() {
    var plan = planned(spec("web").setEnableIpv6(true));
    assertThat(plan.getPoolsList()).hasSize(2);
    assertThat(plan.getPools(1).getSubnet()).startsWith("fd").endsWith("::/64");
    assertThat(plan.getPools(1).getGateway()).endsWith("::1");
    var only = planned(spec("six").setEnableIpv6(true).setDisableIpv4(true));
    assertThat(only.getPoolsList()).hasSize(1);
  }

  @Test
  void aSubnetOfAVersionThatIsNotEnabledIsWrittenDownAndNotUsed() {
    var plan = planned(pool("fd67::/64").setName("web"));
    assertThat(plan.getPoolsList()).hasSize(2);
    assertThat(NetworkTable.pools(plan)).containsExactly(plan.getPools(0));
    assertThat(plan.getPools(1).getSubnet()).isEqualTo("fd67::/64");
  }

  @ParameterizedTest
  @CsvSource({
    "10.67.0.0, '', '', invalid CIDR address: 10.67.0.0",
    "10.67.0.5/24, '', '', invalid subnet 10.67.0.5/24: it should be 10.67.0.0/24",
    "10.67.0.0/24, 10.68.0.1, '', 'invalid gateway 10.68.0.1: parent subnet 10.67.0.0/24 doesn''t"
        + " contain this address'",
    "10.67.0.0/24, '', 10.0.0.0/25, 'invalid ip-range 10.0.0.0/25: parent subnet 10.67.0.0/24"
        + " doesn''t contain ip-range'"
  })
  void whatIsNoSubnetIsRefused(String subnet, String gateway, String range, String message) {
    var spec =
        spec("web")
            .addPools(
                IpamPool.newBuilder().setSubnet(subnet).setGateway(gateway).setIpRange(range));
    assertThat(refusal(spec))
        .isEqualTo(refused(ErrorKind.INVALID, "invalid network config:\n" + message));
  }

  @Test
  void whatNeedsASwarmSaysSo() {
    assertThat(refusal(spec("o").setDriver("overlay")).kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(refusal(spec("o").setIngress(true)).kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(refusal(spec("o").setDriver("weave")).message())
        .isEqualTo("could not find plugin weave in v1 plugin registry: plugin not found");
  }

  @Test
  void optionsAreReadBeforeAnythingIsMade() {
    var mtu = spec("web").putOptions("com.docker.network.driver.mtu", "many");
    assertThat(refusal(mtu).message())
        .isEqualTo("failed to parse com.docker.network.driver.mtu value: \"many\"");
    var bridge = spec("web").putOptions("com.docker.network.bridge.name", "gt-db");
    assertThat(refusal(bridge).message()).endsWith("networks have same bridge name");
  }

  @Test
  void fixedAddressesLieInASubnetOfTheNetwork() {
    var wish = EndpointSpec.newBuilder().setIpv4Address("10.1.1.1").build();
    assertThat(EndpointCheck.wrong(DB, wish))
        .contains(
            "invalid endpoint settings:\nno configured subnet or ip-range contain the IP address"
                + " 10.1.1.1");
    var fits = EndpointSpec.newBuilder().setIpv4Address("10.66.1.9").build();
    assertThat(EndpointCheck.wrong(DB, fits)).isEmpty();
    var bridge = DB.toBuilder().setSpec(DB.getSpec().toBuilder().setName("bridge")).build();
    assertThat(EndpointCheck.wrong(bridge, EndpointSpec.newBuilder().addAliases("x").build()))
        .contains(
            "invalid endpoint settings:\nnetwork-scoped alias is supported only for containers in"
                + " user defined networks");
  }

  @Test
  void nobodyAsksForAnAddressOfASubnetThatWasChosen() {
    var chosen = Network.newBuilder().setSpec(planned(spec("web"))).build();
    var subnet = Subnet.parse(chosen.getSpec().getPools(0).getSubnet());
    var wish = EndpointSpec.newBuilder().setIpv4Address(Subnet.text(subnet.plus(9))).build();
    assertThat(EndpointCheck.wrong(chosen, wish))
        .contains(
            "invalid endpoint settings:\nuser specified IP address is supported only when"
                + " connecting to networks with user configured subnets");
    var noAddress = EndpointSpec.newBuilder().setIpv4Address("fd00::1").build();
    assertThat(EndpointCheck.wrong(DB, noAddress))
        .contains("invalid endpoint settings:\ninvalid IPv4 address: fd00::1");
  }

  private static NetworkSpec.Builder spec(String name) {
    return NetworkSpec.newBuilder().setName(name);
  }

  private static NetworkSpec.Builder pool(String subnet) {
    return NetworkSpec.newBuilder().addPools(IpamPool.newBuilder().setSubnet(subnet));
  }

  private static NetworkSpec planned(NetworkSpec.Builder spec) {
    return ((Outcome.Done<NetworkSpec>) NetworkPlan.of(spec.build(), List.of(DB))).value();
  }

  private static Outcome.Refused<NetworkSpec> refusal(NetworkSpec.Builder spec) {
    return (Outcome.Refused<NetworkSpec>) NetworkPlan.of(spec.build(), List.of(DB));
  }

  private static Outcome<NetworkSpec> refused(ErrorKind kind, String message) {
    return Outcome.refused(kind, message);
  }
}
