package io.gantry.agent.host.links;

import static io.gantry.agent.host.netlink.Requests.ACK;
import static io.gantry.agent.host.netlink.Requests.CREATE;
import static io.gantry.agent.host.netlink.Requests.EXCLUSIVE;

import io.gantry.agent.host.Links.Outlet;
import io.gantry.agent.host.Links.Plug;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.SystemCallFailed;
import io.gantry.agent.host.netlink.Conversation;
import io.gantry.agent.host.netlink.Requests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;

/** Devices that share one of the host's: macvlan and ipvlan. They end with their namespace. */
final class Children {
  private static final Map<String, Integer> MACVLAN_MODES =
      Map.of("private", 1, "vepa", 2, "bridge", 4, "passthru", 8);
  private static final Map<String, Integer> IPVLAN_MODES = Map.of("l2", 0, "l3", 1, "l3s", 2);

  private Children() {}

  /** Made in the target at once, so that a name there cannot clash with one here. */
  static Requests creation(Conversation host, Descriptor target, Outlet.Child child, Plug plug)
      throws IOException {
    var requests = begin(host, child, plug.device()).put(Wire.IFLA_NET_NS_FD, target.number());
    if (child.kind().equals("macvlan")) {
      requests.put(Wire.IFLA_ADDRESS, HexFormat.ofDelimiter(":").parseHex(plug.mac()));
    }
    if (plug.mtu() > 0) {
      requests.put(Wire.IFLA_MTU, plug.mtu());
    }
    return kind(requests, child);
  }

  /** Makes one and takes it away again. */
  static void probe(Conversation host, Outlet.Child child, String name) throws IOException {
    try {
      host.tell(kind(begin(host, child, name), child));
      Devices.delete(host, name);
    } catch (SystemCallFailed failed) {
      throw failed.errno() == Errno.EOPNOTSUPP
          ? new IOException("the kernel of this host has no " + child.kind(), failed)
          : failed;
    }
  }

  private static Requests begin(Conversation host, Outlet.Child child, String name)
      throws IOException {
    var parent =
        Devices.find(host, child.parent())
            .orElseThrow(() -> new IOException("there is no device " + child.parent()));
    return new Requests()
        .begin(
            "make %s %s on %s".formatted(child.kind(), name, child.parent()),
            Wire.RTM_NEWLINK,
            ACK | CREATE | EXCLUSIVE)
        .link(0, 0, 0)
        .put(Wire.IFLA_IFNAME, name)
        .put(Wire.IFLA_LINK, parent.index());
  }

  private static Requests kind(Requests requests, Outlet.Child child) throws IOException {
    var macvlan = child.kind().equals("macvlan");
    var mode = (macvlan ? MACVLAN_MODES : IPVLAN_MODES).get(child.mode());
    if (mode == null) {
      throw new IOException("%s has no mode %s".formatted(child.kind(), child.mode()));
    }
    var value = ByteBuffer.allocate(macvlan ? 4 : 2).order(ByteOrder.nativeOrder());
    return requests
        .nest(Wire.IFLA_LINKINFO)
        .put(Wire.INFO_KIND, child.kind())
        .nest(Wire.INFO_DATA)
        .put(1, (macvlan ? value.putInt(mode) : value.putShort(mode.shortValue())).array())
        .endNest()
        .endNest();
  }
}
