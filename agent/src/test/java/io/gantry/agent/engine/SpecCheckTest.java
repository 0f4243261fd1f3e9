package io.gantry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.ContainerSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpecCheckTest {
  private static ContainerSpec.Builder command() {
    var spec = ContainerSpec.newBuilder();
    spec.getProcessBuilder().getCmdBuilder().addValues("true");
    return spec;
  }

  private static String wrong(ContainerSpec.Builder spec) {
    return SpecCheck.spec(spec.build(), Set.of()).orElse("nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web:10.0.0.1|nothing",
        "web=fd00::1|nothing",
        "web:[fd00::1]|nothing",
        "web:host-gateway|nothing",
        "web|bad format for add-host: \"web\"",
        ":10.0.0.1|bad format for add-host: \":10.0.0.1\"",
        "web:y|invalid IP address in add-host: \"y\""
      })
  void anAddedHostNeedsAnAddress(String entry, String objection) {
    var spec = command();
    spec.getNetworkBuilder().addExtraHosts(entry);
    assertThat(wrong(spec)).isEqualTo(objection);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rw,noexec,size=65536k,mode=1777|nothing",
        "''|nothing",
        "rw,nope|invalid tmpfs option [\"nope\"]",
        "nope=1|invalid tmpfs option [\"nope=1\"]"
      })
  void optionsOfTmpfsAreKnownBefore(String options, String objection) {
    var spec = command();
    spec.getStorageBuilder().putTmpfs("/run", options);
    assertThat(wrong(spec)).isEqualTo(objection);
  }

  @Test
  void unknownCapabilitiesAreNamedInFull() {
    var spec = command();
    spec.getSecurityBuilder().addCapAdd("nope");
    assertThat(wrong(spec)).isEqualTo("invalid CapAdd: unknown capability: \"CAP_NOPE\"");
  }

  @Test
  void aMacAddressIsReadBeforeTheStart() {
    var spec = command();
    spec.getNetworkBuilder().setMacAddress("zz");
    assertThat(wrong(spec)).isEqualTo("invalid MAC address: zz");
  }

  @Test
  void portsOfAContainerOnTheHostsNetworkAreWarnedOf() {
    var spec = command();
    spec.getNetworkBuilder()
        .setMode("host")
        .putPortBindings("80/tcp", io.gantry.protocol.v1.PortBindings.getDefaultInstance());
    assertThat(NetworkAdvice.warnings(spec.build(), List.of("other")))
        .containsExactly("other", "Published ports are discarded when using host network mode");
  }
}
