package io.gantry.agent.network.dns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Questions as resolvers send them, and what a resolver reads from an answer. */
final class Packets {
  private Packets() {}

  static byte[] query(int id, String name, int type) {
    return query(id, name, type, 0);
  }

  /** {@code room} 0: without EDNS. */
  static byte[] query(int id, String name, int type, int room) {
    var packet = ByteBuffer.allocate(600);
    packet.putShort((short) id).putShort((short) 0x0100).putShort((short) 1);
    packet.putShort((short) 0).putShort((short) 0).putShort((short) (room > 0 ? 1 : 0));
    for (var label : name.split("\\.")) {
      packet.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    packet.put((byte) 0).putShort((short) type).putShort((short) 1);
    if (room > 0) {
      packet.put((byte) 0).putShort((short) 41).putShort((short) room).putInt(0);
      packet.putShort((short) 0);
    }
    var bytes = new byte[packet.position()];
    packet.get(0, bytes);
    return bytes;
  }

  static int id(byte[] reply) {
    return ByteBuffer.wrap(reply).getShort(0) & 0xffff;
  }

  static int code(byte[] reply) {
    return reply[3] & 0x0f;
  }

  static boolean truncated(byte[] reply) {
    return (reply[2] & 0x02) != 0;
  }

  static int answers(byte[] reply) {
    return ByteBuffer.wrap(reply).getShort(6);
  }

  /** The data of each answer; a question without pointers is assumed. */
  static List<String> addresses(byte[] reply) {
    var buffer = ByteBuffer.wrap(reply).position(Question.HEADER);
    while (buffer.get(buffer.position()) != 0) {
      buffer.position(buffer.position() + 1 + buffer.get(buffer.position()));
    }
    buffer.position(buffer.position() + 5);
    var found = new ArrayList<String>();
    for (var i = 0; i < answers(reply); i++) {
      buffer.position(buffer.position() + 10);
      var data = new byte[buffer.getShort()];
      buffer.get(data);
      found.add(
          data.length == 4
              ? String.join(
                  ".",
                  IntStream.range(0, 4).mapToObj(at -> Integer.toString(data[at] & 0xff)).toList())
              : new String(data, StandardCharsets.ISO_8859_1));
    }
    return found;
  }
}
