package io.gantry.agent.grpc;

import akka.util.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import io.gantry.protocol.v1.ConsoleSize;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values that every service translates. */
final class Messages {
  /** gRPC clients take messages of up to 4 MiB unless told otherwise. */
  private static final int CHUNK_BYTES = 256 * 1024;

  private Messages() {}

  /** Bytes of a stream, in messages that every client takes. */
  static Iterable<ByteString> pieces(ByteString bytes) {
    if (bytes.size() <= CHUNK_BYTES) {
      return List.of(bytes);
    }
    var pieces = new ArrayList<ByteString>();
    for (var from = 0; from < bytes.size(); from += CHUNK_BYTES) {
      pieces.add(bytes.slice(from, Math.min(from + CHUNK_BYTES, bytes.size())));
    }
    return pieces;
  }

  /** Proto3's empty string stands for "not given". */
  static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Out of Java's range: the nearest that is in it. */
  static Instant instant(Timestamp time) {
    var seconds =
        Math.clamp(time.getSeconds(), Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
    return Instant.ofEpochSecond(seconds, Math.clamp(time.getNanos(), 0, 999_999_999));
  }

  static com.google.protobuf.ByteString bytes(ByteString bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.toArrayUnsafe());
  }

  static ByteString bytes(com.google.protobuf.ByteString bytes) {
    return ByteString.fromArrayUnsafe(bytes.toByteArray());
  }

  /** Terminals count in 16 bits. */
  static int height(ConsoleSize size) {
    return clamped(size.getHeight());
  }

  static int width(ConsoleSize size) {
    return clamped(size.getWidth());
  }

  static int clamped(int unsigned) {
    return (int) Math.min(Integer.toUnsignedLong(unsigned), 0xffff);
  }
}
