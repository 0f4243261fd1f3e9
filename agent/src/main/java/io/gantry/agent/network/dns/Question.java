package io.gantry.agent.network.dns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A query as a container sends it (RFC 1035 section 4, RFC 6891): one question, perhaps with EDNS.
 * Reading never passes the packet's end and follows no pointers, which a question has no use for.
 *
 * @param name without the last dot, in the letters it was asked in
 * @param end where the question ends in the packet
 * @param room the largest answer the asker takes in a datagram
 * @param extended the asker speaks EDNS, and so must the answer
 */
record Question(
    int id, int flags, String name, int type, int kind, int end, int room, boolean extended) {
  static final int A = 1;
  static final int PTR = 12;
  static final int AAAA = 28;
  static final int ANY = 255;
  static final int INTERNET = 1;
  static final int HEADER = 12;
  static final int SMALLEST_ROOM = 512;

  private static final int LARGEST_ROOM = 4096;
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_LABEL = 63;
  private static final int OPT = 41;
  private static final int RESPONSE_AND_OPCODE = 0xf800;

  /** Empty: no query with one question, or one that is cut off. */
  static Optional<Question> parse(byte[] packet, int length) {
    if (length < HEADER || length > packet.length) {
      return Optional.empty();
    }
    var buffer = ByteBuffer.wrap(packet, 0, length);
    var id = buffer.getShort() & 0xffff;
    var flags = buffer.getShort() & 0xffff;
    var questions = buffer.getShort() & 0xffff;
    var records = (buffer.getShort() & 0xffff) + (buffer.getShort() & 0xffff);
    var additional = buffer.getShort() & 0xffff;
    if ((flags & RESPONSE_AND_OPCODE) != 0 || questions != 1) {
      return Optional.empty();
    }
    var name = name(buffer);
    if (name.isEmpty() || buffer.remaining() < 4) {
      return Optional.empty();
    }
    var type = buffer.getShort() & 0xffff;
    var kind = buffer.getShort() & 0xffff;
    var end = buffer.position();
    var room = records == 0 && additional > 0 ? offered(buffer) : Optional.<Integer>empty();
    return Optional.of(
        new Question(
            id,
            flags,
            name.get(),
            type,
            kind,
            end,
            Math.clamp(room.orElse(SMALLEST_ROOM), SMALLEST_ROOM, LARGEST_ROOM),
            room.isPresent()));
  }

  private static Optional<String> name(ByteBuffer buffer) {
    List<String> labels = new ArrayList<>();
    var total = 0;
    while (buffer.hasRemaining()) {
      var length = buffer.get() & 0xff;
      if (length == 0) {
        return Optional.of(String.join(".", labels));
      }
      total += length + 1;
      if (length > LONGEST_LABEL || length > buffer.remaining() || total > LONGEST_NAME) {
        return Optional.empty();
      }
      var label = new byte[length];
      buffer.get(label);
      labels.add(new String(label, StandardCharsets.ISO_8859_1));
    }
    return Optional.empty();
  }

  /** Of the OPT record, when it is the first of the additional ones, as all resolvers write it. */
  private static Optional<Integer> offered(ByteBuffer buffer) {
    if (buffer.remaining() < 11 || buffer.get() != 0) {
      return Optional.empty();
    }
    var type = buffer.getShort() & 0xffff;
    var room = buffer.getShort() & 0xffff;
    return type == OPT ? Optional.of(room) : Optional.empty();
  }

  boolean asksForAddress() {
    return kind == INTERNET && (type == A || type == AAAA || type == ANY);
  }
}
