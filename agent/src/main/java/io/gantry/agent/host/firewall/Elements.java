package io.gantry.agent.host.firewall;

import static io.gantry.agent.host.netlink.Requests.ACK;
import static io.gantry.agent.host.netlink.Requests.CREATE;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.NetlinkSocket;
import io.gantry.agent.host.netlink.Conversation;
import io.gantry.agent.host.netlink.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Takes elements out of the maps and puts others in, as one nftables transaction of its own
 * messages: a container's start does not wait for a program to be run. The socket is kept, because
 * closing it waits for the kernel to clear up what was taken out (10 ms and more).
 */
final class Elements implements AutoCloseable {
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final int NFTABLES = 10;
  private static final int NEW_ELEMENTS = NFTABLES << 8 | 12;
  private static final int DELETE_ELEMENTS = NFTABLES << 8 | 14;
  private static final int FAMILY_INET = 1;
  private static final int LIST_TABLE = 1;
  private static final int LIST_SET = 2;
  private static final int LIST_ELEMENTS = 3;
  private static final int ELEMENT = 1;
  private static final int ELEMENT_KEY = 1;
  private static final int ELEMENT_DATA = 2;
  private static final int ELEMENT_USERDATA = 6;
  private static final int DATA_VALUE = 1;
  private static final int MOST_ENTRIES = 20;

  private Optional<Conversation> netfilter = Optional.empty();

  /** Whether the entries fit into one packet; more are nft's to write. */
  static boolean fit(List<Entry> removed, List<Entry> added) {
    return removed.size() + added.size() <= MOST_ENTRIES;
  }

  synchronized void replace(String table, ContainerId owner, List<Entry> removed, List<Entry> added)
      throws IOException {
    var requests = new Requests().begin("begin", BATCH_BEGIN, 0).netfilter(0, NFTABLES);
    for (var entry : removed) {
      element(requests, table, "withdraw ", DELETE_ELEMENTS, ACK, entry);
      requests.endNest().endNest();
    }
    for (var entry : added) {
      element(requests, table, "publish ", NEW_ELEMENTS, ACK | CREATE, entry);
      requests.nest(ELEMENT_DATA).put(DATA_VALUE, value(entry)).endNest();
      requests.put(ELEMENT_USERDATA, comment(owner)).endNest().endNest();
    }
    requests.begin("commit", BATCH_END, 0).netfilter(0, NFTABLES);
    if (netfilter.isEmpty()) {
      netfilter = Optional.of(Conversation.of(NetlinkSocket.open(NetlinkSocket.NETFILTER)));
    }
    try {
      netfilter.get().tell(requests);
    } catch (IOException failed) {
      // Answers to this request may still be under way; the next one must not take them for its.
      close();
      throw failed;
    }
  }

  @Override
  public synchronized void close() {
    netfilter.ifPresent(Conversation::close);
    netfilter = Optional.empty();
  }

  /** Leaves the element and the list it is in open. */
  private static void element(
      Requests requests, String table, String verb, int type, int flags, Entry entry) {
    requests
        .begin(verb + entry.key(), type, flags)
        .netfilter(FAMILY_INET, 0)
        .put(LIST_TABLE, table)
        .put(LIST_SET, entry.map())
        .nest(LIST_ELEMENTS)
        .nest(ELEMENT)
        .nest(ELEMENT_KEY)
        .put(DATA_VALUE, key(entry))
        .endNest();
  }

  /** Each part of a concatenation fills whole 32-bit registers. */
  private static byte[] key(Entry entry) {
    var host = entry.host().map(InetAddress::getAddress).orElse(new byte[0]);
    return ByteBuffer.allocate(host.length + 8)
        .put(host)
        .put((byte) entry.protocol().number())
        .put(new byte[3])
        .putShort((short) entry.hostPort())
        .array();
  }

  private static byte[] value(Entry entry) {
    var address = entry.container().getAddress();
    return ByteBuffer.allocate(address.length + 4)
        .put(address)
        .putShort((short) entry.containerPort())
        .array();
  }

  /** As nft keeps a comment: type 0, length, text with its NUL. */
  private static byte[] comment(ContainerId owner) {
    var text = (owner.value() + '\0').getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + text.length)
        .put((byte) 0)
        .put((byte) text.length)
        .put(text)
        .array();
  }
}
