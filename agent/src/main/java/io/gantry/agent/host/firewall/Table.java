package io.gantry.agent.host.firewall;

/**
 * The fixed part of the table as an nft script. Applying it again renews the rules and leaves the
 * elements of sets and maps.
 */
final class Table {
  /**
   * bridges: all of ours. internal: those whose traffic stays inside. same: every bridge paired
   * with itself, since no rule can compare two devices. subnets: what is translated when it leaves.
   * any, one: published ports on every host address, and on one.
   *
   * <p>raw: bridges have route_localnet so that 127.0.0.1 can be published; this keeps containers
   * from the host's own loopback services. prerouting: nor does anybody else outside the host reach
   * what is published on 127.0.0.1; the kernel refuses such addresses, but translated ones it would
   * not know any more. forward: replies, published ports and neighbours pass; an internal network
   * has no outside; bridges are strangers to each other; the rest may leave, and nobody outside
   * comes in unasked. postrouting: a container must see a source it can answer to through its
   * gateway: the host's when the host's loopback or a container calls a published port, the leaving
   * interface's outside. output: ::1 cannot be translated, since the kernel lets nothing with that
   * address leave the host; the port's holder relays it.
   */
  private static final String SCRIPT =
      """
      add table inet T
      add set inet T bridges { type ifname; }
      add set inet T internal { type ifname; }
      add set inet T same { type ifname . ifname; }
      add set inet T subnets4 { type ipv4_addr; flags interval; }
      add set inet T subnets6 { type ipv6_addr; flags interval; }
      add map inet T any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
      add map inet T any6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
      add map inet T one4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
      add map inet T one6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
      add chain inet T published
      add chain inet T raw { type filter hook prerouting priority -300; }
      add chain inet T prerouting { type nat hook prerouting priority -100; }
      add chain inet T output { type nat hook output priority -100; }
      add chain inet T forward { type filter hook forward priority 0; }
      add chain inet T postrouting { type nat hook postrouting priority 100; }
      flush chain inet T published
      flush chain inet T raw
      flush chain inet T prerouting
      flush chain inet T output
      flush chain inet T forward
      flush chain inet T postrouting
      add rule inet T published dnat ip to ip daddr . meta l4proto . th dport map @one4
      add rule inet T published meta nfproto ipv4 dnat ip to meta l4proto . th dport map @any4
      add rule inet T published dnat ip6 to ip6 daddr . meta l4proto . th dport map @one6
      add rule inet T published meta nfproto ipv6 dnat ip6 to meta l4proto . th dport map @any6
      add rule inet T raw iifname @bridges ip daddr 127.0.0.0/8 drop
      add rule inet T prerouting iifname != "lo" ip daddr 127.0.0.0/8 return
      add rule inet T prerouting fib daddr type local jump published
      add rule inet T output ip6 daddr ::1 return
      add rule inet T output fib daddr type local jump published
      add rule inet T forward ct state established,related accept
      add rule inet T forward ct status dnat accept
      add rule inet T forward iifname . oifname @same accept
      add rule inet T forward iifname @internal drop
      add rule inet T forward oifname @internal drop
      add rule inet T forward iifname @bridges oifname @bridges drop
      add rule inet T forward iifname @bridges accept
      add rule inet T forward oifname @bridges drop
      add rule inet T postrouting oifname @bridges ct status dnat fib saddr type local masquerade
      add rule inet T postrouting oifname @bridges ct status dnat ip saddr @subnets4 masquerade
      add rule inet T postrouting oifname @bridges ct status dnat ip6 saddr @subnets6 masquerade
      add rule inet T postrouting ip saddr @subnets4 oifname != @bridges masquerade
      add rule inet T postrouting ip6 saddr @subnets6 oifname != @bridges masquerade
      """;

  private Table() {}

  /** How many rules there are when none was taken away. */
  static int rules() {
    return (int) SCRIPT.lines().filter(line -> line.startsWith("add rule ")).count();
  }

  static String script(String name) {
    return SCRIPT.replace(" inet T", " inet " + name);
  }
}
