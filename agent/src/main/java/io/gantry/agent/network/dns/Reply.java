package io.gantry.agent.network.dns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Answers to a {@link Question}, as packets. They repeat the question as it was asked and say that
 * they are not for keeping: a name may mean another container a moment later.
 */
final class Reply {
  static final int NAME_ERROR = 3;
  static final int SERVER_FAILURE = 2;
  static final int FORMAT_ERROR = 1;

  private static final int TRUNCATED = 0x0200;
  private static final int RESPONSE = 0x8000;
  private static final int AUTHORITATIVE = 0x0400;
  private static final int RECURSION_AVAILABLE = 0x0080;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int NAME_OF_QUESTION = 0xc00c;
  private static final int OPT_SIZE = 11;
  private static final int OUR_ROOM = 1232;
  private static final int NOT_FOR_KEEPING = 0;

  private Reply() {}

  /** Of the version asked for; a name that has only others exists, and has none of these. */
  static byte[] addresses(byte[] query, Question question, List<InetAddress> all, int room) {
    var wanted =
        all.stream()
            .filter(
                address ->
                    question.type() == Question.ANY
                        || address instanceof Inet6Address == (question.type() == Question.AAAA))
            .map(InetAddress::getAddress)
            .toList();
    var fixed = question.end() + (question.extended() ? OPT_SIZE : 0);
    var size = fixed;
    var fitting = 0;
    for (var address : wanted) {
      size += 12 + address.length;
      if (size > room) {
        break;
      }
      fitting++;
    }
    var flags = fitting < wanted.size() ? TRUNCATED : 0;
    var reply = begin(query, question, flags, fitting);
    for (var address : wanted.subList(0, fitting)) {
      record(reply, address.length == 4 ? Question.A : Question.AAAA, address);
    }
    return end(reply, question);
  }

  static byte[] pointer(byte[] query, Question question, String name) {
    var data = ByteBuffer.allocate(name.length() + 2);
    for (var label : name.split("\\.")) {
      data.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
    }
    data.put((byte) 0);
    var bytes = new byte[data.position()];
    data.get(0, bytes);
    var reply = begin(query, question, 0, 1);
    record(reply, Question.PTR, bytes);
    return end(reply, question);
  }

  /** Without answers: NOERROR (0) too. */
  static byte[] code(byte[] query, Question question, int code) {
    return end(begin(query, question, code, 0), question);
  }

  /** To what is no readable query: only its number is repeated. */
  static byte[] unreadable(byte[] query) {
    return ByteBuffer.allocate(Question.HEADER)
        .put(query, 0, 2)
        .putShort((short) (RESPONSE | FORMAT_ERROR))
        .array();
  }

  /** An answer from elsewhere that does not fit: what is left of it says to ask again by TCP. */
  static byte[] truncated(byte[] query, Question question) {
    return end(begin(query, question, TRUNCATED, 0), question);
  }

  private static ByteBuffer begin(byte[] query, Question question, int flags, int answers) {
    var most = question.end() + answers * 300 + OPT_SIZE;
    var asked = question.flags() & RECURSION_DESIRED;
    return ByteBuffer.allocate(most)
        .putShort((short) question.id())
        .putShort((short) (RESPONSE | AUTHORITATIVE | RECURSION_AVAILABLE | asked | flags))
        .putShort((short) 1)
        .putShort((short) answers)
        .putShort((short) 0)
        .putShort((short) (question.extended() ? 1 : 0))
        .put(query, Question.HEADER, question.end() - Question.HEADER);
  }

  private static void record(ByteBuffer reply, int type, byte[] data) {
    reply
        .putShort((short) NAME_OF_QUESTION)
        .putShort((short) type)
        .putShort((short) Question.INTERNET)
        .putInt(NOT_FOR_KEEPING)
        .putShort((short) data.length)
        .put(data);
  }

  private static byte[] end(ByteBuffer reply, Question question) {
    if (question.extended()) {
      reply.put((byte) 0).putShort((short) 41).putShort((short) OUR_ROOM).putInt(0);
      reply.putShort((short) 0);
    }
    var bytes = new byte[reply.position()];
    reply.get(0, bytes);
    return bytes;
  }
}
