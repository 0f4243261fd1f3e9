package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.fake.InMemoryFirewall;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryFirewallTest extends FirewallContract {
  private final InMemoryFirewall firewall = new InMemoryFirewall();

  @Override
  Firewall firewall() {
    return firewall;
  }

  @Test
  void failsOnceWhenTold() throws Exception {
    firewall.faults.failNext("no table");
    var ports = List.of(tcp(1, 1));
    assertThatThrownBy(() -> firewall.publish(id, List.of(address("10.0.0.2")), ports))
        .hasMessage("no table");
    firewall.publish(id, List.of(address("10.0.0.2")), ports);
  }
}
