package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall.PublishedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Firewall} does, as far as it can be asked without traffic. */
abstract class FirewallContract {
  final ContainerId id = ContainerId.random();

  abstract Firewall firewall();

  @Test
  void publishedContainersAreListedUntilWithdrawn() throws Exception {
    var other = ContainerId.random();
    firewall().publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80), tcp(28443, 443)));
    firewall().publish(other, List.of(address("10.1.2.4")), List.of(tcp(28081, 80)));
    assertThat(firewall().published()).containsExactlyInAnyOrder(id, other);
    firewall().withdraw(id);
    assertThat(firewall().published()).containsExactly(other);
    firewall().withdraw(other);
    assertThat(firewall().published()).isEmpty();
  }

  @Test
  void everythingMayBeRepeated() throws Exception {
    var gateway = new Links.Address(address("10.1.2.1"), 24);
    for (var i = 0; i < 2; i++) {
      firewall().ensureNetwork("gt-none0", outgoing(gateway));
      firewall().publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    }
    assertThat(firewall().published()).containsExactly(id);
    assertThat(firewall().networks()).contains("gt-none0");
    for (var i = 0; i < 2; i++) {
      firewall().withdraw(id);
      firewall().removeNetwork("gt-none0");
      assertThat(firewall().networks()).doesNotContain("gt-none0");
      firewall().removeTable();
    }
    assertThat(firewall().published()).isEmpty();
  }

  @Test
  void publishingReplacesWhatWasPublished() throws Exception {
    firewall().publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    firewall().publish(id, List.of(address("10.1.2.9")), List.of(tcp(28080, 81), tcp(28082, 82)));
    assertThat(firewall().published()).containsExactly(id);
    firewall().publish(id, List.of(address("10.1.2.9")), List.of());
    assertThat(firewall().published()).isEmpty();
  }

  @Test
  void aPortFreedByOneContainerMayBeTakenByAnother() throws Exception {
    var other = ContainerId.random();
    firewall().publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    firewall().withdraw(id);
    firewall().publish(other, List.of(address("10.1.2.4")), List.of(tcp(28080, 80)));
    assertThat(firewall().published()).containsExactly(other);
  }

  @Test
  void withdrawingAnUnknownContainerDoesNothing() throws Exception {
    firewall().withdraw(id);
    assertThat(firewall().published()).isEmpty();
  }

  static Firewall.Rules outgoing(Links.Address gateway) {
    return new Firewall.Rules(List.of(gateway), false, true, true);
  }

  static PublishedPort tcp(int hostPort, int containerPort) throws IOException {
    return new PublishedPort(address("0.0.0.0"), hostPort, containerPort, "tcp");
  }

  static InetAddress address(String text) throws IOException {
    return InetAddress.getByName(text);
  }
}
