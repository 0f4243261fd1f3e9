package io.gantry.agent.build;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Parts into a hash so that no two different lists of parts look the same. */
final class Hashing {
  private Hashing() {}

  static void text(MessageDigest hasher, String text) {
    bytes(hasher, text.getBytes(StandardCharsets.UTF_8));
  }

  static void bytes(MessageDigest hasher, byte[] bytes) {
    number(hasher, bytes.length);
    hasher.update(bytes);
  }

  static void number(MessageDigest hasher, long number) {
    hasher.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  /** Equal messages give equal bytes, whatever the order of their maps in memory. */
  static byte[] stable(MessageLite message) {
    var bytes = new byte[message.getSerializedSize()];
    var out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("an array of the right size is written", e);
    }
    return bytes;
  }
}
