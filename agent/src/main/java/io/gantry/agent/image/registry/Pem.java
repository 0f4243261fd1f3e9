package io.gantry.agent.image.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text around keys (RFC 7468). */
final class Pem {
  private Pem() {}

  /** The Base64 between the first lines that say {@code label}. */
  static String body(Path file, String label) throws IOException {
    return body(Files.readString(file), label, file.toString());
  }

  static String body(String text, String label, String where) throws IOException {
    var first = "-----BEGIN " + label + "-----";
    var begin = text.indexOf(first);
    var end = text.indexOf("-----END " + label + "-----");
    if (begin < 0 || end < begin) {
      throw new IOException("no \"BEGIN %s\" in %s".formatted(label, where));
    }
    return text.substring(begin + first.length(), end);
  }
}
