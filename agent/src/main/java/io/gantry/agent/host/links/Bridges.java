package io.gantry.agent.host.links;

import static io.gantry.agent.host.netlink.Requests.ACK;
import static io.gantry.agent.host.netlink.Requests.CREATE;
import static io.gantry.agent.host.netlink.Requests.EXCLUSIVE;

import io.gantry.agent.host.Links.Address;
import io.gantry.agent.host.Links.Bridge;
import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.netlink.Conversation;
import io.gantry.agent.host.netlink.Requests;
import java.io.IOException;
import java.net.Inet6Address;

/** Bridge devices in the host's namespace. */
final class Bridges {
  private Bridges() {}

  static void ensure(Conversation host, Bridge wanted, int mtu) throws IOException {
    var name = wanted.name();
    if (name.isEmpty() || name.length() > Wire.LONGEST_NAME) {
      throw new IOException("make bridge " + name + ": a device name has 1 to 15 characters");
    }
    var found = Devices.find(host, name);
    if (found.isEmpty()) {
      host.tell(creation(wanted, mtu), Errno.EEXIST);
      found = Devices.find(host, name);
    }
    var bridge = found.orElseThrow(() -> new IOException("bridge " + name + " was deleted"));
    if (!bridge.kind().equals("bridge")) {
      throw new IOException("make bridge " + name + ": a device of that name is there already");
    }
    var requests = new Requests();
    if (!bridge.up()) {
      Devices.up(requests, bridge.index());
    }
    wanted.addresses().forEach(one -> Devices.address(requests, bridge.index(), one));
    if (requests.acknowledgements() > 0) {
      host.tell(requests, Errno.EEXIST);
    }
    for (var address : wanted.addresses()) {
      Devices.removeOtherAddresses(host, bridge.index(), address);
      var v6 = address.ip() instanceof Inet6Address;
      Sysctls.forward(v6);
      if (!v6) {
        Sysctls.routeLoopback(name);
      }
    }
  }

  private static Requests creation(Bridge wanted, int mtu) {
    var name = wanted.name();
    var requests =
        new Requests()
            .begin("make bridge " + name, Wire.RTM_NEWLINK, ACK | CREATE | EXCLUSIVE)
            .link(0, Wire.IFF_UP, Wire.IFF_UP)
            .put(Wire.IFLA_IFNAME, name);
    wanted.addresses().stream()
        .findFirst()
        .ifPresent(address -> requests.put(Wire.IFLA_ADDRESS, mac(address)));
    if (mtu > 0) {
      requests.put(Wire.IFLA_MTU, mtu);
    }
    return requests.nest(Wire.IFLA_LINKINFO).put(Wire.INFO_KIND, "bridge").endNest();
  }

  /** A bridge without one of its own takes its ports', and changes it when they come and go. */
  private static byte[] mac(Address gateway) {
    var ip = gateway.ip().getAddress();
    var mac = new byte[] {0x02, 0x42, 0, 0, 0, 0};
    System.arraycopy(ip, ip.length - 4, mac, 2, 4);
    return mac;
  }
}
