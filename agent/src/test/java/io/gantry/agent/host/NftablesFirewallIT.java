package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.firewall.NftablesFirewall;
import io.gantry.agent.host.kernel.Program;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("host")
class NftablesFirewallIT extends FirewallContract {
  private final String table = "gt_" + ThreadLocalRandom.current().nextInt(1 << 30);
  private NftablesFirewall firewall;

  @BeforeEach
  void open() throws IOException {
    firewall = new NftablesFirewall(table);
  }

  @AfterEach
  void sweep() throws IOException {
    firewall.removeTable();
  }

  @Override
  Firewall firewall() {
    return firewall;
  }

  @Test
  void nextAgentKnowsWhatIsPublishedAndMayReplaceIt() throws Exception {
    var gateway = new Links.Address(address("10.1.2.1"), 24);
    firewall.ensureNetwork("gt-none0", gateway, true);
    firewall.publish(id, address("10.1.2.3"), List.of(tcp(28080, 80)));
    var next = new NftablesFirewall(table);
    assertThat(next.published()).containsExactly(id);
    next.publish(id, address("10.1.2.4"), List.of(tcp(28081, 80)));
    next.removeNetwork("gt-none0");
    assertThat(list()).contains("28081").doesNotContain("28080").doesNotContain("gt-none0");
  }

  @Test
  void flushedTableIsWrittenAgainWithTheNextChange() throws Exception {
    firewall.ensureNetwork("gt-none0", new Links.Address(address("10.1.2.1"), 24), false);
    firewall.publish(id, address("10.1.2.3"), List.of(tcp(28080, 80)));
    nft("delete", "table", "inet", table);
    var other = ContainerId.random();
    firewall.publish(other, address("10.1.2.4"), List.of(tcp(28081, 80)));
    assertThat(list()).contains("28080", "28081", "gt-none0", "10.1.2.0/24");
  }

  @Test
  void portOfAnotherContainerIsRefusedAndNothingChanges() throws Exception {
    firewall.publish(id, address("10.1.2.3"), List.of(tcp(28080, 80)));
    var other = ContainerId.random();
    var ports = List.of(tcp(28079, 1), tcp(28080, 80));
    assertThatThrownBy(() -> firewall.publish(other, address("10.1.2.4"), ports))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(other.value());
    assertThat(firewall.published()).containsExactly(id);
    assertThat(list()).doesNotContain("28079");
  }

  @Test
  void namesCannotCarryCommands() {
    var evil = "x\" } ; flush ruleset ; #";
    assertThatThrownBy(
            () -> firewall.ensureNetwork(evil, new Links.Address(address("10.1.2.1"), 24), false))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new NftablesFirewall(evil))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void publishingTakesMilliseconds() throws Exception {
    var times = new long[30];
    for (var i = 0; i < times.length; i++) {
      var start = System.nanoTime();
      firewall.publish(id, address("10.1.2.3"), List.of(tcp(28080 + i, 80)));
      times[i] = System.nanoTime() - start;
    }
    java.util.Arrays.sort(times);
    System.out.printf("firewall publish p50: %d us%n", times[times.length / 2] / 1000);
  }

  private String list() throws IOException {
    return nft("list", "table", "inet", table);
  }

  private static String nft(String... arguments) throws IOException {
    var command = new java.util.ArrayList<>(List.of("/usr/sbin/nft"));
    command.addAll(List.of(arguments));
    return Program.run(command, "", Duration.ofSeconds(10)).output();
  }
}
