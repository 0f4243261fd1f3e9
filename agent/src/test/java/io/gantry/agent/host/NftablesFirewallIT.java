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
  private NftablesFirewall next;

  @BeforeEach
  void open() throws IOException {
    firewall = new NftablesFirewall(table);
    next = firewall;
  }

  @AfterEach
  void sweep() throws IOException {
    firewall.removeTable();
    firewall.close();
    next.close();
  }

  @Override
  Firewall firewall() {
    return firewall;
  }

  @Test
  void whoOnlyLooksMakesNoTable() throws Exception {
    assertThat(firewall.published()).isEmpty();
    firewall.withdraw(id);
    firewall.removeNetwork("gt-none0");
    assertThat(list()).contains("No such file or directory");
    firewall.publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    assertThat(list()).contains("28080");
  }

  @Test
  void nextAgentKnowsWhatIsPublishedAndMayReplaceIt() throws Exception {
    var gateway = new Links.Address(address("10.1.2.1"), 24);
    firewall.ensureNetwork("gt-none0", new Firewall.Rules(List.of(gateway), true, true, true));
    firewall.publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    next = new NftablesFirewall(table);
    assertThat(next.published()).containsExactly(id);
    next.publish(id, List.of(address("10.1.2.4")), List.of(tcp(28081, 80)));
    next.removeNetwork("gt-none0");
    assertThat(list()).contains("28081").doesNotContain("28080").doesNotContain("gt-none0");
  }

  @Test
  void flushedTableIsWrittenAgainWithTheNextChange() throws Exception {
    firewall.ensureNetwork("gt-none0", outgoing(new Links.Address(address("10.1.2.1"), 24)));
    firewall.publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    nft("delete", "table", "inet", table);
    var other = ContainerId.random();
    firewall.publish(other, List.of(address("10.1.2.4")), List.of(tcp(28081, 80)));
    assertThat(list()).contains("28080", "28081", "gt-none0", "10.1.2.0/24");
  }

  @Test
  void watchedTableIsWrittenAgainByItself() throws Exception {
    firewall.ensureNetwork("gt-none0", outgoing(new Links.Address(address("10.1.2.1"), 24)));
    firewall.publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    firewall.watch();
    for (var damage : List.of("delete table inet " + table, "flush chain inet " + table + " raw")) {
      nft(damage.split(" "));
      var end = System.nanoTime() + 10_000_000_000L;
      while (!(list().contains("28080") && list().contains("127.0.0.0/8"))
          && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      assertThat(list()).contains("28080", "gt-none0", "10.1.2.0/24", "127.0.0.0/8");
    }
  }

  @Test
  void portOfAnotherContainerIsRefusedAndNothingChanges() throws Exception {
    firewall.publish(id, List.of(address("10.1.2.3")), List.of(tcp(28080, 80)));
    var other = ContainerId.random();
    var ports = List.of(tcp(28079, 1), tcp(28080, 80));
    assertThatThrownBy(() -> firewall.publish(other, List.of(address("10.1.2.4")), ports))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(other.value());
    assertThat(firewall.published()).containsExactly(id);
    assertThat(list()).doesNotContain("28079");
  }

  @Test
  void everyKindOfPortIsListedByNftAsItWasPublished() throws Exception {
    var any = address("0.0.0.0");
    firewall.publish(
        id,
        List.of(address("10.1.2.3")),
        List.of(
            new Firewall.PublishedPort(any, 65535, 1, "sctp"),
            new Firewall.PublishedPort(address("127.0.0.1"), 53, 5353, "udp")));
    var other = ContainerId.random();
    firewall.publish(
        other,
        List.of(address("fd00::9")),
        List.of(
            new Firewall.PublishedPort(address("::"), 8080, 80, "tcp"),
            new Firewall.PublishedPort(address("fd00::1"), 8443, 443, "tcp")));
    assertThat(list())
        .contains(
            "sctp . 65535 comment \"" + id + "\" : 10.1.2.3 . 1 ",
            "127.0.0.1 . udp . 53 comment \"" + id + "\" : 10.1.2.3 . 5353 ",
            "tcp . 8080 comment \"" + other + "\" : fd00::9 . 80 ",
            "fd00::1 . tcp . 8443 comment \"" + other + "\" : fd00::9 . 443 ");
    next = new NftablesFirewall(table);
    next.withdraw(id);
    next.withdraw(other);
    assertThat(list()).doesNotContain("comment");
  }

  @Test
  void hundredsOfPortsAreOneTransactionToo() throws Exception {
    var ports = new java.util.ArrayList<Firewall.PublishedPort>();
    for (var i = 0; i < 300; i++) {
      ports.add(tcp(30000 + i, 80));
    }
    firewall.publish(id, List.of(address("10.1.2.3")), ports);
    next = new NftablesFirewall(table);
    assertThat(next.published()).containsExactly(id);
    firewall.withdraw(id);
    assertThat(list()).doesNotContain("30000");
  }

  @Test
  void namesCannotCarryCommands() {
    var evil = "x\" } ; flush ruleset ; #";
    assertThatThrownBy(
            () ->
                firewall.ensureNetwork(evil, outgoing(new Links.Address(address("10.1.2.1"), 24))))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new NftablesFirewall(evil))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void publishingAnewReplacesWhatWasPublished() throws Exception {
    for (var port = 28_080; port < 28_110; port++) {
      firewall.publish(id, List.of(address("10.1.2.3")), List.of(tcp(port, 80)));
    }
    assertThat(list()).contains("28109").doesNotContain("28108").doesNotContain("28080");
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
