package io.gantry.agent.host.links;

import static io.gantry.agent.host.netlink.Requests.ACK;
import static io.gantry.agent.host.netlink.Requests.CREATE;
import static io.gantry.agent.host.netlink.Requests.DUMP;
import static io.gantry.agent.host.netlink.Requests.REPLACE;

import io.gantry.agent.host.Links.Address;
import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.SystemCallFailed;
import io.gantry.agent.host.netlink.Conversation;
import io.gantry.agent.host.netlink.Requests;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What is said about devices in any namespace: find, list, bring up, delete, give an address. */
final class Devices {
  private static final int LOOPBACK = 1;
  private static final long CARRIER_NANOS = 200_000_000;

  private static final boolean VERSION_6 = Files.exists(Path.of("/proc/sys/net/ipv6"));

  private Devices() {}

  static Optional<Device> find(Conversation namespace, String name) throws IOException {
    var request = new Requests().begin("find device " + name, Wire.RTM_GETLINK, 0);
    try {
      var answers = namespace.ask(request.link(0, 0, 0).put(Wire.IFLA_IFNAME, name), false);
      return answers.stream().map(Device::of).findFirst();
    } catch (SystemCallFailed failed) {
      if (failed.errno() == Errno.ENODEV) {
        return Optional.empty();
      }
      throw failed;
    }
  }

  static List<Device> all(Conversation namespace) throws IOException {
    var request = new Requests().begin("list devices", Wire.RTM_GETLINK, DUMP).link(0, 0, 0);
    return namespace.ask(request, true).stream().map(Device::of).toList();
  }

  static void loopbackUp(Conversation namespace) throws IOException {
    namespace.tell(up(new Requests(), LOOPBACK));
  }

  /**
   * The device, not up yet, shall give itself no address of IP version 6, about which it would tell
   * the whole bridge. A setting of the kernel for that has to be looked up among those of all
   * namespaces; this is as good and costs nothing.
   */
  static Requests withoutOwnAddresses(Requests requests, int index) {
    return VERSION_6
        ? requests
            .begin("take addresses of its own from device " + index, Wire.RTM_SETLINK, ACK)
            .link(index, 0, 0)
            .nest(Wire.IFLA_AF_SPEC)
            .nest(Wire.AF_INET6)
            .put(Wire.INET6_ADDR_GEN_MODE, new byte[] {Wire.ADDR_GEN_MODE_NONE})
            .endNest()
            .endNest()
        : requests;
  }

  static Requests up(Requests requests, int index) {
    return requests
        .begin("bring up device " + index, Wire.RTM_SETLINK, ACK)
        .link(index, Wire.IFF_UP, Wire.IFF_UP);
  }

  static Requests up(Requests requests, String name) {
    return requests
        .begin("bring up device " + name, Wire.RTM_SETLINK, ACK)
        .link(0, Wire.IFF_UP, Wire.IFF_UP)
        .put(Wire.IFLA_IFNAME, name);
  }

  /**
   * Waits for the kernel to notice a new device's carrier, which it does in the background; until
   * then packets are dropped, and a lost first one costs its sender a second. Asking makes newer
   * kernels (6.8) notice at once. Bounded, because traffic will pass anyhow.
   */
  static void awaitRunning(Conversation namespace, int index) throws IOException {
    var end = System.nanoTime() + CARRIER_NANOS;
    while (System.nanoTime() - end < 0) {
      var request = new Requests().begin("look at device " + index, Wire.RTM_GETLINK, 0);
      var answers = namespace.ask(request.link(index, 0, 0), false);
      if (answers.stream().map(Device::of).allMatch(Device::running)) {
        return;
      }
      LockSupport.parkNanos(CARRIER_NANOS / 1000);
    }
  }

  static void delete(Conversation namespace, String name) throws IOException {
    namespace.tell(
        new Requests()
            .begin("delete device " + name, Wire.RTM_DELLINK, ACK)
            .link(0, 0, 0)
            .put(Wire.IFLA_IFNAME, name),
        Errno.ENODEV);
  }

  static Requests address(Requests requests, int index, Address address) {
    var ip = address.ip().getAddress();
    var v6 = address.ip() instanceof Inet6Address;
    requests
        .begin("give address " + address, Wire.RTM_NEWADDR, ACK | CREATE | REPLACE)
        .address(family(address.ip()), address.prefixLength(), v6 ? Wire.IFA_F_NODAD : 0, index)
        .put(Wire.IFA_LOCAL, ip)
        .put(Wire.IFA_ADDRESS, ip);
    return v6 ? requests : requests.put(Wire.IFA_BROADCAST, broadcast(ip, address.prefixLength()));
  }

  /** Through this device: a link-local gateway may be in the subnet of any. */
  static Requests defaultRoute(Requests requests, InetAddress gateway, int index) {
    var what = "set default route by " + gateway.getHostAddress();
    return requests
        .begin(what, Wire.RTM_NEWROUTE, ACK | CREATE | REPLACE)
        .defaultRoute(family(gateway))
        .put(Wire.RTA_GATEWAY, gateway.getAddress())
        .put(Wire.RTA_OIF, index);
  }

  /** Takes every other address of this one's family from the device. */
  static void removeOtherAddresses(Conversation namespace, int index, Address wanted)
      throws IOException {
    var family = family(wanted.ip());
    var request = new Requests().begin("list addresses", Wire.RTM_GETADDR, DUMP);
    for (var answer : namespace.ask(request.address(family, 0, 0, index), true)) {
      var body = answer.body();
      var fixed = 8;
      if (body.limit() < fixed || body.getInt(4) != index || body.get(0) != family) {
        continue;
      }
      var value = answer.attributes(fixed).get(Wire.IFA_ADDRESS);
      if (value == null) {
        continue;
      }
      var ip = new byte[value.limit()];
      value.get(0, ip);
      var prefix = body.get(1);
      var linkLocal = InetAddress.getByAddress(ip).isLinkLocalAddress();
      var same = Arrays.equals(ip, wanted.ip().getAddress()) && prefix == wanted.prefixLength();
      if (!same && !linkLocal) {
        namespace.tell(
            new Requests()
                .begin("take an old address away", Wire.RTM_DELADDR, ACK)
                .address(family, prefix, 0, index)
                .put(Wire.IFA_LOCAL, ip)
                .put(Wire.IFA_ADDRESS, ip),
            Errno.EADDRNOTAVAIL);
      }
    }
  }

  static int family(InetAddress ip) {
    return ip instanceof Inet6Address ? Wire.AF_INET6 : Wire.AF_INET;
  }

  private static byte[] broadcast(byte[] ip, int prefixLength) {
    var last = ip.clone();
    for (var bit = prefixLength; bit < last.length * 8; bit++) {
      last[bit / 8] |= (byte) (0x80 >> (bit % 8));
    }
    return last;
  }
}
