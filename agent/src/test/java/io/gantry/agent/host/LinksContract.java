package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Links} does. */
abstract class LinksContract {
  final ContainerId id = ContainerId.random();

  abstract Links links();

  /** Name and address of a bridge of this test's own. */
  abstract String bridge();

  abstract Links.Address gateway() throws IOException;

  abstract Links.Plug plug(String device, int host) throws IOException;

  @Test
  void pluggedDeviceIsCountedByItsNameInside() throws Exception {
    links().ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    links().ensureNamespace(id);
    links().plug(id, plug("eth0", 2));
    links().plug(id, plug("eth1", 3));
    assertThat(links().counters(id)).containsOnlyKeys("eth0", "eth1");
  }

  @Test
  void everythingMayBeRepeated() throws Exception {
    links().ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    links().ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    var path = links().ensureNamespace(id);
    assertThat(links().ensureNamespace(id)).isEqualTo(path);
    links().plug(id, plug("eth0", 2));
    links().plug(id, plug("eth0", 2));
    assertThat(links().counters(id)).containsOnlyKeys("eth0");
    links().unplug(id, "eth0");
    links().unplug(id, "eth0");
    assertThat(links().counters(id)).isEmpty();
    links().removeNamespace(id);
    links().removeNamespace(id);
    links().removeBridge(bridge());
    links().removeBridge(bridge());
  }

  @Test
  void namespacesListsThoseOfContainersOnly() throws Exception {
    assertThat(links().namespaces()).isEmpty();
    assertThat(links().hasNamespace(id)).isFalse();
    links().ensureNamespace(id);
    assertThat(links().namespaces()).containsExactly(id);
    assertThat(links().hasNamespace(id)).isTrue();
    links().removeNamespace(id);
    assertThat(links().namespaces()).isEmpty();
    assertThat(links().hasNamespace(id)).isFalse();
  }

  @Test
  void plugWithoutNamespaceOrBridgeIsRefused() throws Exception {
    links().ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    assertThatThrownBy(() -> links().plug(id, plug("eth0", 2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(id.value());
    links().ensureNamespace(id);
    links().removeBridge(bridge());
    assertThatThrownBy(() -> links().plug(id, plug("eth0", 2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(bridge());
    assertThat(links().counters(id)).isEmpty();
  }

  @Test
  void bridgesAndCablesOfTheAgentAreListed() throws Exception {
    links().ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    links().ensureNamespace(id);
    assertThat(links().cables()).isEmpty();
    links().plug(id, plug("eth0", 2));
    assertThat(links().bridges()).containsExactly(bridge());
    assertThat(links().cables().values()).containsExactly(id);
    links().removeNamespace(id);
    links().removeBridge(bridge());
    assertThat(links().bridges()).isEmpty();
    assertThat(links().cables()).isEmpty();
  }

  @Test
  void unplugOfAnUnknownContainerDoesNothing() throws Exception {
    links().unplug(id, "eth0");
    assertThat(links().namespaces()).isEmpty();
  }

  @Test
  void deviceMayBePluggedElsewhereAfterUnplugging() throws Exception {
    links().ensureBridge(new Links.Bridge(bridge(), List.of(gateway()), 0));
    links().ensureNamespace(id);
    links().plug(id, plug("eth0", 2));
    links().unplug(id, "eth0");
    links().plug(id, plug("eth0", 9));
    assertThat(links().counters(id)).containsOnlyKeys("eth0");
  }

  static Links.Plug plug(String bridge, String device, String gateway, int host)
      throws IOException {
    var net = gateway.substring(0, gateway.lastIndexOf('.') + 1);
    var address = new Links.Address(InetAddress.getByName(net + host), 24);
    var mac = "02:42:0a:00:00:%02x".formatted(host);
    return new Links.Plug(
        new Links.Outlet.Port(bridge, false),
        device,
        List.of(address),
        List.of(InetAddress.getByName(gateway)),
        mac,
        0);
  }
}
