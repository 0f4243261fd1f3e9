package io.gantry.agent.host.kernel.tree;

import java.nio.charset.StandardCharsets;

/** Strings whose chars are bytes, as the kernel and tar know names. */
public final class ByteStrings {
  private ByteStrings() {}

  public static String of(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  public static byte[] bytes(String byteString) {
    return byteString.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The bytes of ordinary text: UTF-8. */
  public static String fromText(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Readable form. What is no UTF-8 shows as U+FFFD. */
  public static String toText(String byteString) {
    return new String(bytes(byteString), StandardCharsets.UTF_8);
  }
}
