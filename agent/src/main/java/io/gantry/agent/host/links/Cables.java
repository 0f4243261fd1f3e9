package io.gantry.agent.host.links;

import static io.gantry.agent.host.netlink.Requests.ACK;
import static io.gantry.agent.host.netlink.Requests.CREATE;
import static io.gantry.agent.host.netlink.Requests.EXCLUSIVE;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links.Outlet;
import io.gantry.agent.host.Links.Plug;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.SystemCallFailed;
import io.gantry.agent.host.netlink.Conversation;
import io.gantry.agent.host.netlink.Requests;
import java.io.IOException;
import java.net.Inet6Address;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * Pairs of devices, one end on a bridge of the host, the other in a container. The host's end has a
 * random name, since the name of a pair that is going away stays taken for a while, and says in its
 * alias whose it is.
 */
final class Cables {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int QUEUES = Math.min(8, Runtime.getRuntime().availableProcessors());
  private static final long ROOM_NANOS = 2_000_000_000L;
  private static final long PAUSE_NANOS = 20_000_000L;
  private static final String LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

  private final String prefix;
  private final int mtu;

  Cables(String prefix, int mtu) {
    this.prefix = prefix;
    this.mtu = mtu;
  }

  /**
   * Returns the index of the host's end, where there is one.
   *
   * @param empty nothing was ever plugged in there
   */
  OptionalInt plug(
      Conversation host,
      Conversation inside,
      Path namespace,
      ContainerId id,
      Plug plug,
      boolean empty)
      throws IOException {
    var device = empty ? Optional.<Device>empty() : Devices.find(inside, plug.device());
    if (device.isEmpty()) {
      try (var target = Descriptor.open(namespace, 0)) {
        switch (plug.outlet()) {
          case Outlet.Port port -> create(host, target, id, plug, port);
          case Outlet.Child child -> host.tell(Children.creation(host, target, child, plug));
        }
      }
      device = Devices.find(inside, plug.device());
    } else {
      for (var address : plug.addresses()) {
        Devices.removeOtherAddresses(inside, device.get().index(), address);
      }
    }
    var made = device.orElseThrow(() -> new IOException("the device was deleted"));
    var index = made.index();
    // An end cannot be brought up while it is made, because the pair is not joined yet.
    var requests = new Requests();
    if (plug.addresses().stream().noneMatch(one -> one.ip() instanceof Inet6Address)) {
      Devices.withoutOwnAddresses(requests, index);
    }
    Devices.up(requests, index);
    plug.addresses().forEach(address -> Devices.address(requests, index, address));
    plug.gateways().forEach(gateway -> Devices.defaultRoute(requests, gateway, index));
    inside.tell(requests, Errno.EEXIST);
    return switch (plug.outlet()) {
      case Outlet.Port port -> {
        Devices.awaitRunning(inside, index);
        Devices.awaitRunning(host, made.peer());
        awaitBridge(host, port.bridge());
        yield OptionalInt.of(made.peer());
      }
      case Outlet.Child _ -> OptionalInt.empty();
    };
  }

  /**
   * What went away gives its port of the bridge back a little later than its address; a full bridge
   * is waited for.
   */
  private void create(
      Conversation host, Descriptor target, ContainerId id, Plug plug, Outlet.Port port)
      throws IOException {
    var deadline = System.nanoTime() + ROOM_NANOS;
    while (true) {
      try {
        var name = freshName();
        host.tell(creation(name, target, bridge(host, port), id, plug, port));
        Sysctls.disableVersion6(name);
        host.tell(Devices.up(new Requests(), name));
        return;
      } catch (SystemCallFailed failed) {
        if (failed.errno() != Errno.EXFULL) {
          throw failed;
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "bridge %s is full: it has 1023 ports, and each cable takes one"
                  .formatted(port.bridge()),
              failed);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static Device bridge(Conversation host, Outlet.Port port) throws IOException {
    return Devices.find(host, port.bridge())
        .filter(found -> found.kind().equals("bridge"))
        .orElseThrow(() -> new IOException("there is no bridge " + port.bridge()));
  }

  /** A bridge gets its carrier from its first running port. */
  private static void awaitBridge(Conversation host, String name) throws IOException {
    var bridge = Devices.find(host, name);
    if (bridge.isPresent() && !bridge.get().running()) {
      Devices.awaitRunning(host, bridge.get().index());
    }
  }

  /**
   * The bridge neither hears nor reaches these ends any more and forgets what it learned from them.
   * Unlike taking them from the bridge this waits for nobody.
   */
  void cut(Conversation host, Collection<Integer> ends) throws IOException {
    for (var index : ends) {
      host.tell(
          new Requests()
              .begin("cut cable " + index, Wire.RTM_SETLINK, ACK)
              .family(Wire.AF_BRIDGE, index)
              .nest(Wire.IFLA_PROTINFO)
              .put(Wire.BRPORT_STATE, new byte[] {Wire.BRPORT_DISABLED})
              .put(Wire.BRPORT_FLUSH, new byte[0])
              .endNest(),
          Errno.ENODEV,
          Errno.EINVAL,
          Errno.EOPNOTSUPP);
    }
  }

  private Requests creation(
      String name, Descriptor target, Device bridge, ContainerId id, Plug plug, Outlet.Port port) {
    var requests =
        new Requests()
            .begin("make cable " + name, Wire.RTM_NEWLINK, ACK | CREATE | EXCLUSIVE)
            .link(0, 0, 0)
            .put(Wire.IFLA_IFNAME, name)
            .put(Wire.IFLA_MASTER, bridge.index());
    size(requests, plug)
        .nest(Wire.IFLA_LINKINFO)
        .put(Wire.INFO_KIND, "veth")
        .nest(Wire.INFO_DATA)
        .nest(Wire.VETH_INFO_PEER)
        .link(0, 0, 0)
        .put(Wire.IFLA_IFNAME, plug.device())
        .put(Wire.IFLA_ADDRESS, HexFormat.ofDelimiter(":").parseHex(plug.mac()))
        .put(Wire.IFLA_NET_NS_FD, target.number());
    size(requests, plug).endNest().endNest().endNest();
    // Hairpin: where br_netfilter is on, a container that calls its own published port is answered
    // through the port of the bridge that it came from.
    return requests
        .begin("label cable " + name, Wire.RTM_NEWLINK, ACK)
        .link(0, 0, 0)
        .put(Wire.IFLA_IFNAME, name)
        .put(Wire.IFLA_IFALIAS, id.value())
        .nest(Wire.IFLA_LINKINFO)
        .put(Wire.INFO_SLAVE_KIND, "bridge")
        .nest(Wire.INFO_SLAVE_DATA)
        .put(Wire.BRPORT_HAIRPIN, new byte[] {1})
        .put(Wire.BRPORT_ISOLATED, new byte[] {(byte) (port.isolated() ? 1 : 0)})
        .endNest()
        .endNest();
  }

  /** Queues cost most of a device's making; the kernel makes one for every possible processor. */
  private Requests size(Requests requests, Plug plug) {
    requests.put(Wire.IFLA_NUM_TX_QUEUES, QUEUES).put(Wire.IFLA_NUM_RX_QUEUES, QUEUES);
    var wanted = plug.mtu() > 0 ? plug.mtu() : mtu;
    return wanted > 0 ? requests.put(Wire.IFLA_MTU, wanted) : requests;
  }

  private String freshName() {
    var name = new StringBuilder(prefix);
    while (name.length() < Wire.LONGEST_NAME) {
      name.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return name.toString();
  }
}
