package io.gantry.agent.container;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The first bytes of a probe's output, and the line at its end that has the probe's name and exit
 * code. Bounded however much a probe writes.
 */
final class ProbeOutput {
  private static final int LONGEST_MARK = 64;

  private final Pattern mark;
  private final int limit;
  private final ByteArrayOutputStream first = new ByteArrayOutputStream();
  private String last = "";
  private long total;
  private OptionalInt exitCode = OptionalInt.empty();

  /**
   * @param name nothing that a probe writes by chance
   */
  ProbeOutput(String name, int limit) {
    this.mark = Pattern.compile("\n" + Pattern.quote(name) + " (\\d{1,3})\n");
    this.limit = limit;
  }

  void add(byte[] bytes) {
    if (exitCode.isPresent()) {
      return;
    }
    first.write(bytes, 0, Math.min(bytes.length, limit + LONGEST_MARK - first.size()));
    total += bytes.length;
    // Latin 1: one character a byte.
    var window = last + new String(bytes, StandardCharsets.ISO_8859_1);
    var found = mark.matcher(window);
    if (found.find()) {
      exitCode = OptionalInt.of(Integer.parseInt(found.group(1)));
      total -= window.length() - found.start();
    } else {
      last = window.substring(Math.max(0, window.length() - LONGEST_MARK));
    }
  }

  /** Present once the probe has ended. */
  OptionalInt exitCode() {
    return exitCode;
  }

  String text() {
    var length = (int) Math.min(Math.min(limit, first.size()), total);
    return new String(first.toByteArray(), 0, length, StandardCharsets.UTF_8);
  }
}
