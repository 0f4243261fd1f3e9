package io.gantry.agent.container;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Signals by name, as signal(7) numbers them on x86 and ARM. */
public final class SignalNumbers {
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");
  private static final int REAL_TIME_MIN = 34;
  private static final int REAL_TIME_MAX = 64;

  private SignalNumbers() {}

  /** Of "SIGTERM", "term", "15", "SIGRTMIN+3"; empty when there is no such signal. */
  public static OptionalInt parse(String signal) {
    var name = signal.strip().toUpperCase(Locale.ROOT);
    if (!name.isEmpty() && name.chars().allMatch(Character::isDigit)) {
      return name.length() <= 2 ? inRange(Integer.parseInt(name)) : OptionalInt.empty();
    }
    var bare = name.startsWith("SIG") ? name.substring(3) : name;
    var index = NAMES.indexOf(bare);
    if (index >= 0) {
      return OptionalInt.of(index + 1);
    }
    return switch (bare) {
      case "IOT" -> OptionalInt.of(6);
      case "POLL" -> OptionalInt.of(29);
      case "CLD" -> OptionalInt.of(17);
      default -> realTime(bare);
    };
  }

  private static OptionalInt realTime(String name) {
    if (name.equals("RTMIN")) {
      return OptionalInt.of(REAL_TIME_MIN);
    }
    if (name.equals("RTMAX")) {
      return OptionalInt.of(REAL_TIME_MAX);
    }
    var offset = name.length() > 6 ? name.substring(6) : "";
    if (offset.isEmpty() || offset.length() > 2 || !offset.chars().allMatch(Character::isDigit)) {
      return OptionalInt.empty();
    }
    if (name.startsWith("RTMIN+")) {
      return inRange(REAL_TIME_MIN + Integer.parseInt(offset));
    }
    return name.startsWith("RTMAX-")
        ? inRange(REAL_TIME_MAX - Integer.parseInt(offset))
        : OptionalInt.empty();
  }

  private static OptionalInt inRange(int number) {
    return number >= 1 && number <= REAL_TIME_MAX ? OptionalInt.of(number) : OptionalInt.empty();
  }

  /** "SIGTERM" for each of the ways to write it; real-time signals by their number. */
  public static String canonical(int number) {
    return number <= NAMES.size() ? "SIG" + NAMES.get(number - 1) : Integer.toString(number);
  }

  static int number(String signal) {
    return parse(signal)
        .orElseThrow(() -> new IllegalArgumentException("Invalid signal: " + signal));
  }
}
