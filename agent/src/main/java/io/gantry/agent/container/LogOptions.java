package io.gantry.agent.container;

import io.gantry.protocol.v1.LogSpec;
import java.util.Locale;

/** The options of Docker's json-file log driver: max-size and max-file. */
public final class LogOptions {
  private LogOptions() {}

  /** 0: no bound. */
  static long maxBytes(LogSpec log) {
    return bytes(log.getOptionsOrDefault("max-size", ""));
  }

  static int maxFiles(LogSpec log) {
    var text = log.getOptionsOrDefault("max-file", "1");
    try {
      return Math.max(1, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("invalid value for max-file: " + text, e);
    }
  }

  /** Reads "10m", "512k", "1g", "4096"; throws on anything else. */
  public static long bytes(String text) {
    if (text.isEmpty() || text.equals("-1")) {
      return 0;
    }
    var lower = text.toLowerCase(Locale.ROOT);
    var bare = lower.endsWith("b") ? lower.substring(0, lower.length() - 1) : lower;
    var unit = bare.isEmpty() ? ' ' : bare.charAt(bare.length() - 1);
    var factor =
        switch (unit) {
          case 'k' -> 1L << 10;
          case 'm' -> 1L << 20;
          case 'g' -> 1L << 30;
          default -> 1L;
        };
    try {
      var number = factor == 1 ? bare : bare.substring(0, bare.length() - 1);
      return Math.multiplyExact(Long.parseLong(number), factor);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("invalid size: '" + text + "'", e);
    }
  }
}
