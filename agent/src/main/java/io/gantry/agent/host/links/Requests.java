package io.gantry.agent.host.links;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes rtnetlink requests one after another into one packet. Each is begun, filled with its fixed
 * part and attributes, and ended by the next; {@code what} names it in errors.
 */
final class Requests {
  static final int REQUEST = 0x1;
  static final int ACK = 0x4;
  static final int DUMP = 0x300;
  static final int REPLACE = 0x100;
  static final int EXCLUSIVE = 0x200;
  static final int CREATE = 0x400;

  private static final int NESTED = 0x8000;
  private static final int HEADER = 16;
  private static final int CAPACITY = 8192;

  private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());
  private final List<String> names = new ArrayList<>();
  private final Deque<Integer> nests = new ArrayDeque<>();
  private int start = -1;

  Requests begin(String what, int type, int flags) {
    end();
    start = buffer.position();
    buffer.putInt(0).putShort((short) type).putShort((short) (flags | REQUEST));
    buffer.putInt(names.size()).putInt(0);
    names.add(what);
    return this;
  }

  /** {@code struct ifinfomsg}. */
  Requests link(int index, int flags, int change) {
    buffer.put((byte) 0).put((byte) 0).putShort((short) 0);
    buffer.putInt(index).putInt(flags).putInt(change);
    return this;
  }

  /** {@code struct ifinfomsg} for what one protocol family knows about a device. */
  Requests family(int family, int index) {
    buffer.put((byte) family).put((byte) 0).putShort((short) 0);
    buffer.putInt(index).putInt(0).putInt(0);
    return this;
  }

  /** {@code struct ifaddrmsg}. */
  Requests address(int family, int prefixLength, int flags, int index) {
    buffer.put((byte) family).put((byte) prefixLength).put((byte) flags).put((byte) 0);
    buffer.putInt(index);
    return this;
  }

  /** {@code struct rtmsg} of a default route. */
  Requests defaultRoute(int family) {
    var mainTable = 254;
    var protocolStatic = 4;
    var unicast = 1;
    buffer.put((byte) family).put((byte) 0).put((byte) 0).put((byte) 0);
    buffer.put((byte) mainTable).put((byte) protocolStatic).put((byte) 0).put((byte) unicast);
    buffer.putInt(0);
    return this;
  }

  Requests put(int type, int value) {
    return put(type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
  }

  Requests put(int type, String text) {
    return put(type, (text + '\0').getBytes(StandardCharsets.UTF_8));
  }

  Requests put(int type, byte[] value) {
    buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    return pad();
  }

  Requests nest(int type) {
    nests.push(buffer.position());
    buffer.putShort((short) 0).putShort((short) (type | NESTED));
    return this;
  }

  Requests endNest() {
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

  byte[] bytes() {
    end();
    var bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  int count() {
    return names.size();
  }

  String name(int sequence) {
    return sequence >= 0 && sequence < names.size() ? names.get(sequence) : "netlink";
  }

  static int headerSize() {
    return HEADER;
  }
}
