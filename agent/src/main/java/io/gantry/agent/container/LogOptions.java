package io.gantry.agent.container;

import io.gantry.protocol.v1.LogSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options of Docker's log drivers. A log is bounded also when nobody asked for it: a container
 * that talks must not fill the disk.
 */
public final class LogOptions {
  private static final long MEBI = 1L << 20;
  private static final int MOST_FILES = 999;
  private static final Set<String> OF_LOCAL = Set.of("max-size", "max-file", "compress");
  private static final Set<String> OF_JSON_FILE =
      Set.of(
          "max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag");
  private static final Set<String> OF_ALL = Set.of("mode", "max-buffer-size");

  /** What holds where max-size was not given. */
  private record Bound(long bytes, int files) {
    static Bound of(String driver) {
      return driver.equals("local") ? new Bound(20 * MEBI, 5) : new Bound(100 * MEBI, 3);
    }
  }

  private LogOptions() {}

  /** What is wrong, in Docker's words. */
  public static Optional<String> check(LogSpec log) {
    return switch (log.getDriver()) {
      case "none" -> Optional.empty();
      case "", "json-file" ->
          check(log, OF_JSON_FILE, "unknown log opt '%s' for json-file log driver");
      case "local" -> check(log, OF_LOCAL, "unknown log opt '%s' for log driver local");
      default ->
          Optional.of("logger: no log driver named '%s' is registered".formatted(log.getDriver()));
    };
  }

  private static Optional<String> check(LogSpec log, Set<String> known, String unknown) {
    for (var name : new TreeSet<>(log.getOptionsMap().keySet())) {
      if (!known.contains(name) && !OF_ALL.contains(name)) {
        return Optional.of(unknown.formatted(name));
      }
    }
    var mode = log.getOptionsOrDefault("mode", "blocking");
    if (!mode.equals("blocking") && !mode.equals("non-blocking")) {
      return Optional.of("logger: logging mode not supported: " + mode);
    }
    if (log.containsOptions("max-buffer-size") && !mode.equals("non-blocking")) {
      return Optional.of(
          "logger: max-buffer-size option is only supported with 'mode=non-blocking'");
    }
    try {
      maxBytes(log);
      maxFiles(log);
      return Optional.empty();
    } catch (IllegalArgumentException wrong) {
      return Optional.of(String.valueOf(wrong.getMessage()));
    }
  }

  /** 0: no bound, which has to be asked for (max-size=-1). */
  static long maxBytes(LogSpec log) {
    var text = log.getOptionsOrDefault("max-size", "");
    if (text.isEmpty()) {
      return Bound.of(log.getDriver()).bytes();
    }
    try {
      var bytes = bytes(text);
      if (bytes == 0 && !text.equals("-1")) {
        throw new IllegalArgumentException("max-size must be a positive number");
      }
      return bytes;
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException("invalid max-size: " + wrong.getMessage(), wrong);
    }
  }

  static int maxFiles(LogSpec log) {
    var text = log.getOptionsOrDefault("max-file", "");
    if (text.isEmpty()) {
      return log.containsOptions("max-size") && !log.getDriver().equals("local")
          ? 1
          : Bound.of(log.getDriver()).files();
    }
    try {
      var files = Integer.parseInt(text);
      if (files < 1) {
        throw new IllegalArgumentException("max-file cannot be less than 1");
      }
      return Math.min(files, MOST_FILES);
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException("invalid value for max-file: " + text, wrong);
    }
  }

  /** Reads "10m", "512k", "1g", "4096"; throws on anything else. */
  static long bytes(String text) {
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
      if (number.isEmpty() || !Character.isDigit(number.charAt(0))) {
        throw new NumberFormatException(number);
      }
      return Math.multiplyExact(Long.parseLong(number), factor);
    } catch (ArithmeticException | NumberFormatException e) {
      var wrong = new NumberFormatException("invalid size: '" + text + "'");
      wrong.initCause(e);
      throw wrong;
    }
  }
}
