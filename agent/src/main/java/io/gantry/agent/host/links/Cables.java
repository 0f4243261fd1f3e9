package io.gantry.agent.host.links;

import static io.gantry.agent.host.links.Requests.ACK;
import static io.gantry.agent.host.links.Requests.CREATE;
import static io.gantry.agent.host.links.Requests.EXCLUSIVE;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links.Plug;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Pairs of devices, one end on a bridge of the host, the other in a container. The host's end has a
 * random name, since the name of a pair that is going away stays taken for a while, and says in its
 * alias whose it is.
 */
final class Cables {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

  private final String prefix;
  private final int mtu;

  Cables(String prefix, int mtu) {
    this.prefix = prefix;
    this.mtu = mtu;
  }

  void plug(Conversation host, Conversation inside, Path namespace, ContainerId id, Plug plug)
      throws IOException {
    var device = Devices.find(inside, plug.device());
    if (device.isEmpty()) {
      var bridge =
          Devices.find(host, plug.bridge())
              .filter(found -> found.kind().equals("bridge"))
              .orElseThrow(() -> new IOException("there is no bridge " + plug.bridge()));
      try (var target = Descriptor.open(namespace, 0)) {
        host.tell(creation(target, bridge, id, plug));
      }
      device = Devices.find(inside, plug.device());
    }
    var index = device.orElseThrow(() -> new IOException("the device was deleted")).index();
    // An end cannot be brought up while it is made, because the pair is not joined yet.
    var requests = Devices.address(Devices.up(new Requests(), index), index, plug.address());
    plug.gateway().ifPresent(gateway -> Devices.defaultRoute(requests, index, gateway));
    inside.tell(requests, Errno.EEXIST);
  }

  private Requests creation(Descriptor target, Device bridge, ContainerId id, Plug plug) {
    var name = freshName();
    var requests =
        new Requests()
            .begin("make cable " + name, Wire.RTM_NEWLINK, ACK | CREATE | EXCLUSIVE)
            .link(0, Wire.IFF_UP, Wire.IFF_UP)
            .put(Wire.IFLA_IFNAME, name)
            .put(Wire.IFLA_MASTER, bridge.index());
    mtu(requests)
        .nest(Wire.IFLA_LINKINFO)
        .put(Wire.INFO_KIND, "veth")
        .nest(Wire.INFO_DATA)
        .nest(Wire.VETH_INFO_PEER)
        .link(0, 0, 0)
        .put(Wire.IFLA_IFNAME, plug.device())
        .put(Wire.IFLA_ADDRESS, HexFormat.ofDelimiter(":").parseHex(plug.mac()))
        .put(Wire.IFLA_NET_NS_FD, target.number());
    mtu(requests).endNest().endNest().endNest();
    return requests
        .begin("label cable " + name, Wire.RTM_SETLINK, ACK)
        .link(0, 0, 0)
        .put(Wire.IFLA_IFNAME, name)
        .put(Wire.IFLA_IFALIAS, id.value());
  }

  private Requests mtu(Requests requests) {
    return mtu > 0 ? requests.put(Wire.IFLA_MTU, mtu) : requests;
  }

  private String freshName() {
    var name = new StringBuilder(prefix);
    while (name.length() < Wire.LONGEST_NAME) {
      name.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return name.toString();
  }
}
