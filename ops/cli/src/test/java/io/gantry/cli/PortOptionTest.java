package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.PortBinding;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PortOptionTest {
  private static ContainerNetworkSpec parsed(String... options) {
    var spec = ContainerNetworkSpec.newBuilder();
    for (var option : options) {
      PortOption.addTo(spec, option);
    }
    return spec.build();
  }

  private static PortBinding binding(String address, String port) {
    return PortBinding.newBuilder().setHostIp(address).setHostPort(port).build();
  }

  @Test
  void aPortMayHaveAHostPortAnAddressAndAProtocol() {
    assertThat(parsed("80").getPortBindingsOrThrow("80/tcp").getBindingsList())
        .containsExactly(binding("", ""));
    assertThat(parsed("8080:80").getPortBindingsOrThrow("80/tcp").getBindingsList())
        .containsExactly(binding("", "8080"));
    assertThat(parsed("127.0.0.1:53:53/udp").getPortBindingsOrThrow("53/udp").getBindingsList())
        .containsExactly(binding("127.0.0.1", "53"));
    assertThat(parsed("[::1]::80").getPortBindingsOrThrow("80/tcp").getBindingsList())
        .containsExactly(binding("::1", ""));
  }

  @Test
  void rangesGoSideBySide() {
    var spec = parsed("8000-8002:80-82");
    assertThat(spec.getExposedPortsList()).containsExactly("80/tcp", "81/tcp", "82/tcp");
    assertThat(spec.getPortBindingsOrThrow("82/tcp").getBindings(0).getHostPort())
        .isEqualTo("8002");
    assertThat(parsed("8000-8010:80").getPortBindingsOrThrow("80/tcp").getBindings(0).getHostPort())
        .isEqualTo("8000-8010");
  }

  @Test
  void onePortMayBePublishedTwice() {
    var spec = parsed("80:80", "81:80");
    assertThat(spec.getPortBindingsOrThrow("80/tcp").getBindingsCount()).isEqualTo(2);
    assertThat(spec.getExposedPortsList()).containsExactly("80/tcp");
  }

  @Test
  void whatIsNoPortIsRefused() {
    for (var wrong : new String[] {"", "x", "0", "70000", "80:90-80", "1-2:1-3", "80/icmp"}) {
      assertThatThrownBy(() -> parsed(wrong))
          .as(wrong)
          .isInstanceOf(Failure.class)
          .hasMessageContaining("not a published port: \"%s\"", wrong);
    }
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      parsed(text);
    } catch (Failure expected) {
      assertThat(expected.exitCode()).isEqualTo(125);
    }
  }
}
