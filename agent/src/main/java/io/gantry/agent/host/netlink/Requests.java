package io.gantry.agent.host.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes netlink requests one after another into one packet. Each is begun, filled with its fixed
 * part and attributes, and ended by the next; {@code what} names it in errors.
 */
public final class Requests {
  public static final int REQUEST = 0x1;
  public static final int ACK = 0x4;
  public static final int DUMP = 0x300;
  public static final int REPLACE = 0x100;
  public static final int EXCLUSIVE = 0x200;
  public static final int CREATE = 0x400;

  private static final int NESTED = 0x8000;
  private static final int CAPACITY = 8192;

  private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());
  private final List<String> names = new ArrayList<>();
  private final Deque<Integer> nests = new ArrayDeque<>();
  private final Set<Integer> acknowledged = new HashSet<>();
  private int start = -1;

  public Requests begin(String what, int type, int flags) {
    end();
    start = buffer.position();
    buffer.putInt(0).putShort((short) type).putShort((short) (flags | REQUEST));
    buffer.putInt(names.size()).putInt(0);
    if ((flags & ACK) != 0) {
      acknowledged.add(names.size());
    }
    names.add(what);
    return this;
  }

  /** {@code struct ifinfomsg}. */
  public Requests link(int index, int flags, int change) {
    buffer.put((byte) 0).put((byte) 0).putShort((short) 0);
    buffer.putInt(index).putInt(flags).putInt(change);
    return this;
  }

  /** {@code struct ifinfomsg} for what one protocol family knows about a device. */
  public Requests family(int family, int index) {
    buffer.put((byte) family).put((byte) 0).putShort((short) 0);
    buffer.putInt(index).putInt(0).putInt(0);
    return this;
  }

  /** {@code struct ifaddrmsg}. */
  public Requests address(int family, int prefixLength, int flags, int index) {
    buffer.put((byte) family).put((byte) prefixLength).put((byte) flags).put((byte) 0);
    buffer.putInt(index);
    return this;
  }

  /** {@code struct rtmsg} of a default route. */
  public Requests defaultRoute(int family) {
    var mainTable = 254;
    var protocolStatic = 4;
    var unicast = 1;
    buffer.put((byte) family).put((byte) 0).put((byte) 0).put((byte) 0);
    buffer.put((byte) mainTable).put((byte) protocolStatic).put((byte) 0).put((byte) unicast);
    buffer.putInt(0);
    return this;
  }

  /** {@code struct nfgenmsg}; {@code resource} in network order. */
  public Requests netfilter(int family, int resource) {
    buffer.put((byte) family).put((byte) 0);
    buffer.put((byte) (resource >> 8)).put((byte) resource);
    return this;
  }

  /** {@code struct unix_diag_req}. */
  public Requests unixSocket(int family, int states, int inode, int show, int cookie) {
    buffer.put((byte) family).put((byte) 0).putShort((short) 0);
    buffer.putInt(states).putInt(inode).putInt(show).putInt(cookie).putInt(cookie);
    return this;
  }

  public Requests put(int type, int value) {
    return put(type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
  }

  public Requests put(int type, String text) {
    return put(type, (text + '\0').getBytes(StandardCharsets.UTF_8));
  }

  public Requests put(int type, byte[] value) {
    buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    return pad();
  }

  public Requests nest(int type) {
    nests.push(buffer.position());
    buffer.putShort((short) 0).putShort((short) (type | NESTED));
    return this;
  }

  public Requests endNest() {
    int from = nests.pop();
    buffer.putShort(from, (short) (buffer.position() - from));
    return this;
  }

  private Requests pad() {
    while (buffer.position() % 4 != 0) {
      buffer.put((byte) 0);
    }
    return this;
  }

  private void end() {
    if (start >= 0) {
      buffer.putInt(start, buffer.position() - start);
    }
  }

  public byte[] bytes() {
    end();
    var bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  /** How many requests the kernel acknowledges one by one. */
  public int acknowledgements() {
    return acknowledged.size();
  }

  public boolean isAcknowledged(int sequence) {
    return acknowledged.contains(sequence);
  }

  public String name(int sequence) {
    return sequence >= 0 && sequence < names.size() ? names.get(sequence) : "netlink";
  }
}
