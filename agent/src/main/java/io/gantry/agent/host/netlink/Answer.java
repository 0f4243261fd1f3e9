package io.gantry.agent.host.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One netlink message received: its type, which request it answers, and its bytes after the header.
 * Reading never passes the ends the message states.
 */
public record Answer(int type, int flags, int sequence, ByteBuffer body) {
  private static final int HEADER = 16;
  private static final int TYPE_MASK = 0x3fff;

  /** The messages of one packet; what is cut off at its end is left out. */
  public static List<Answer> parse(byte[] packet) {
    var buffer = ByteBuffer.wrap(packet).order(ByteOrder.nativeOrder());
    var answers = new ArrayList<Answer>();
    while (buffer.remaining() >= HEADER) {
      var at = buffer.position();
      var length = buffer.getInt(at);
      if (length < HEADER || length > buffer.remaining()) {
        break;
      }
      var body = buffer.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder());
      answers.add(
          new Answer(
              buffer.getShort(at + 4) & 0xffff,
              buffer.getShort(at + 6) & 0xffff,
              buffer.getInt(at + 8),
              body));
      buffer.position(Math.min(at + aligned(length), buffer.limit()));
    }
    return answers;
  }

  /** Attributes after the first {@code fixed} bytes of the body. */
  public Map<Integer, ByteBuffer> attributes(int fixed) {
    return body.limit() < fixed ? Map.of() : attributes(tail(body, fixed));
  }

  public static Map<Integer, ByteBuffer> attributes(ByteBuffer from) {
    var attributes = new HashMap<Integer, ByteBuffer>();
    var at = 0;
    while (from.limit() - at >= 4) {
      var length = from.getShort(at) & 0xffff;
      if (length < 4 || length > from.limit() - at) {
        break;
      }
      var value = from.slice(at + 4, length - 4).order(ByteOrder.nativeOrder());
      attributes.put(from.getShort(at + 2) & TYPE_MASK, value);
      at += aligned(length);
    }
    return attributes;
  }

  public static ByteBuffer tail(ByteBuffer of, int from) {
    return of.slice(from, of.limit() - from).order(ByteOrder.nativeOrder());
  }

  /** Text without its terminating NUL. */
  public static String text(ByteBuffer value) {
    var bytes = new byte[value.limit()];
    value.get(0, bytes);
    var end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
