package io.gantry.agent.docker;

import akka.util.ByteString;
import io.gantry.agent.Containers.Stream;

/**
 * Docker's multiplexed stream: a header of eight bytes (stream, three zeros, length as big-endian
 * 32 bits), then the bytes.
 */
final class Frames {
  private Frames() {}

  static ByteString frame(Stream stream, ByteString data) {
    return frame(
        switch (stream) {
          case STDOUT -> 1;
          case STDERR -> 2;
        },
        data);
  }

  /** An error that arises after the headers are out. */
  static ByteString systemError(String message) {
    return frame(3, ByteString.fromString(message));
  }

  private static ByteString frame(int stream, ByteString data) {
    var size = data.size();
    var header =
        new byte[] {
          (byte) stream,
          0,
          0,
          0,
          (byte) (size >>> 24),
          (byte) (size >>> 16),
          (byte) (size >>> 8),
          (byte) size
        };
    return ByteString.fromArrayUnsafe(header).concat(data);
  }
}
