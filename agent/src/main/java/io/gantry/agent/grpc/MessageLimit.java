package io.gantry.agent.grpc;

import akka.util.ByteString;
import io.gantry.protocol.ErrorKind;
import java.util.List;

/**
 * Watches the length-prefixed messages of one request body go by and ends it when one is announced
 * that is longer than is allowed, before anything collects it. Compressed messages are refused:
 * their true size is not known.
 *
 * <p>gRPC over HTTP/2, "Length-Prefixed-Message": one byte compressed flag, four bytes length, big
 * endian.
 */
final class MessageLimit {
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
  private static final int HEADER_BYTES = 5;

  private int headerSeen;
  private long length;
  private long left;

  /** Gives the bytes back as they are. */
  Iterable<ByteString> check(ByteString bytes) {
    var at = 0;
    while (at < bytes.size()) {
      if (left > 0) {
        var step = (int) Math.min(left, bytes.size() - at);
        left -= step;
        at += step;
      } else {
        header(bytes.apply(at++));
      }
    }
    return List.of(bytes);
  }

  private void header(byte next) {
    if (headerSeen == 0) {
      if (next != 0) {
        throw new Refusal(ErrorKind.UNSUPPORTED, "compressed messages are not supported", "");
      }
      length = 0;
    } else {
      length = length << 8 | Byte.toUnsignedLong(next);
    }
    if (++headerSeen == HEADER_BYTES) {
      headerSeen = 0;
      left = length;
      if (length > MAX_MESSAGE_BYTES) {
        throw new Refusal(
            ErrorKind.EXHAUSTED,
            "message is %d bytes long, at most %d are taken".formatted(length, MAX_MESSAGE_BYTES),
            "");
      }
    }
  }
}
