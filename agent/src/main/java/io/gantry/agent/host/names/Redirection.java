package io.gantry.agent.host.names;

import static io.gantry.agent.host.netlink.Requests.ACK;
import static io.gantry.agent.host.netlink.Requests.CREATE;
import static io.gantry.agent.host.netlink.Requests.EXCLUSIVE;

import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.NetlinkSocket;
import io.gantry.agent.host.kernel.SystemCallFailed;
import io.gantry.agent.host.netlink.Conversation;
import io.gantry.agent.host.netlink.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A small nftables table inside a container's namespace, written by the kernel's own messages
 * because a program for it would take longer than all the rest of a container's network. Chain
 * "questions" sends port 53 of an address to another port there; chain "silence" keeps the kernel
 * from refusing datagrams while no agent listens.
 */
final class Redirection {
  private static final String TABLE = "gantry_names";
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final int NFTABLES = 10;
  private static final int NEW_TABLE = NFTABLES << 8;
  private static final int DELETE_TABLE = NFTABLES << 8 | 2;
  private static final int NEW_CHAIN = NFTABLES << 8 | 3;
  private static final int NEW_RULE = NFTABLES << 8 | 6;
  private static final int APPEND = 0x800;
  private static final int IPV4 = 2;

  private static final int LOCAL_OUT = 3;
  private static final int NAT_PRIORITY = -100;
  private static final int UDP = 17;
  private static final int TCP = 6;
  private static final int ICMP = 1;
  private static final int UNREACHABLE = 3;
  private static final int NAMES = 53;

  private static final int DATA = 2;
  private static final int VALUE = 1;
  private static final int REGISTER_1 = 1;
  private static final int REGISTER_2 = 2;
  private static final int NETWORK_HEADER = 1;
  private static final int TRANSPORT_HEADER = 2;
  private static final int SOURCE_AT = 12;
  private static final int DESTINATION_AT = 16;
  private static final int LAYER_4_PROTOCOL = 16;
  private static final int VERDICT_REGISTER = 0;

  private final Requests requests = new Requests();

  private Redirection() {}

  /**
   * In the calling thread's namespace, in place of what was there: one transaction. Only where an
   * earlier agent's table is found is one deleted: closing the socket then waits until the kernel
   * has cleared it up, which takes 10 ms, longer than all the rest.
   */
  static void write(InetAddress address, int port) throws IOException {
    try {
      write(address, port, false);
    } catch (SystemCallFailed failed) {
      if (failed.errno() != Errno.EEXIST) {
        throw failed;
      }
      write(address, port, true);
    }
  }

  private static void write(InetAddress address, int port, boolean replace) throws IOException {
    var redirection = new Redirection();
    redirection.everything(address.getAddress(), port, replace);
    try (var netfilter = Conversation.of(NetlinkSocket.open(NetlinkSocket.NETFILTER))) {
      netfilter.tell(redirection.requests);
    }
  }

  private void everything(byte[] address, int port, boolean replace) {
    requests.begin("begin", BATCH_BEGIN, 0).netfilter(0, NFTABLES);
    if (replace) {
      table("clear table", DELETE_TABLE, 0);
    }
    table("make table", NEW_TABLE, CREATE | EXCLUSIVE);
    chain("questions", "nat", NAT_PRIORITY);
    redirect(address, UDP, port);
    redirect(address, TCP, port);
    chain("silence", "filter", 0);
    dropRefusals(address);
    requests.begin("commit", BATCH_END, 0).netfilter(0, NFTABLES);
  }

  private void table(String what, int type, int flags) {
    requests.begin(what, type, ACK | flags).netfilter(IPV4, 0).put(1, TABLE);
  }

  private void chain(String name, String type, int priority) {
    requests
        .begin("make chain " + name, NEW_CHAIN, ACK | CREATE)
        .netfilter(IPV4, 0)
        .put(1, TABLE)
        .put(3, name)
        .nest(4)
        .put(1, word(LOCAL_OUT))
        .put(2, word(priority))
        .endNest()
        .put(7, type);
  }

  private void redirect(byte[] address, int protocol, int port) {
    rule("questions");
    field(NETWORK_HEADER, DESTINATION_AT, address);
    protocol(protocol);
    field(TRANSPORT_HEADER, 2, half(NAMES));
    immediate(REGISTER_1, address);
    immediate(REGISTER_2, half(port));
    expression("nat")
        .put(1, word(1)) // destination
        .put(2, word(IPV4))
        .put(3, word(REGISTER_1))
        .put(5, word(REGISTER_2))
        .endNest()
        .endNest();
    requests.endNest();
  }

  private void dropRefusals(byte[] address) {
    rule("silence");
    field(NETWORK_HEADER, SOURCE_AT, address);
    protocol(ICMP);
    field(TRANSPORT_HEADER, 0, new byte[] {UNREACHABLE});
    expression("immediate")
        .put(1, word(VERDICT_REGISTER))
        .nest(2)
        .nest(2)
        .put(1, word(0)) // drop
        .endNest()
        .endNest()
        .endNest()
        .endNest();
    requests.endNest();
  }

  /** Leaves the list of its expressions open. */
  private void rule(String chain) {
    requests
        .begin("make rule in " + chain, NEW_RULE, ACK | CREATE | APPEND)
        .netfilter(IPV4, 0)
        .put(1, TABLE)
        .put(2, chain)
        .nest(4);
  }

  /** Leaves the expression and its data open. */
  private Requests expression(String name) {
    return requests.nest(1).put(1, name).nest(DATA);
  }

  private void field(int header, int offset, byte[] wanted) {
    expression("payload")
        .put(1, word(REGISTER_1))
        .put(2, word(header))
        .put(3, word(offset))
        .put(4, word(wanted.length))
        .endNest()
        .endNest();
    equal(wanted);
  }

  private void protocol(int number) {
    expression("meta").put(1, word(REGISTER_1)).put(2, word(LAYER_4_PROTOCOL)).endNest().endNest();
    equal(new byte[] {(byte) number});
  }

  private void equal(byte[] wanted) {
    expression("cmp")
        .put(1, word(REGISTER_1))
        .put(2, word(0))
        .nest(3)
        .put(VALUE, wanted)
        .endNest()
        .endNest()
        .endNest();
  }

  private void immediate(int register, byte[] value) {
    expression("immediate")
        .put(1, word(register))
        .nest(2)
        .put(VALUE, value)
        .endNest()
        .endNest()
        .endNest();
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static byte[] half(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }
}
