package io.gantry.agent.docker;

import java.util.Locale;
import java.util.Map;

/** Signals as events carry them: Linux's numbers on x86 and ARM. */
final class SignalNumber {
  private static final Map<String, String> NUMBERS =
      Map.ofEntries(
          Map.entry("HUP", "1"),
          Map.entry("INT", "2"),
          Map.entry("QUIT", "3"),
          Map.entry("ILL", "4"),
          Map.entry("TRAP", "5"),
          Map.entry("ABRT", "6"),
          Map.entry("BUS", "7"),
          Map.entry("FPE", "8"),
          Map.entry("KILL", "9"),
          Map.entry("USR1", "10"),
          Map.entry("SEGV", "11"),
          Map.entry("USR2", "12"),
          Map.entry("PIPE", "13"),
          Map.entry("ALRM", "14"),
          Map.entry("TERM", "15"),
          Map.entry("STKFLT", "16"),
          Map.entry("CHLD", "17"),
          Map.entry("CONT", "18"),
          Map.entry("STOP", "19"),
          Map.entry("TSTP", "20"),
          Map.entry("TTIN", "21"),
          Map.entry("TTOU", "22"),
          Map.entry("URG", "23"),
          Map.entry("XCPU", "24"),
          Map.entry("XFSZ", "25"),
          Map.entry("VTALRM", "26"),
          Map.entry("PROF", "27"),
          Map.entry("WINCH", "28"),
          Map.entry("IO", "29"),
          Map.entry("PWR", "30"),
          Map.entry("SYS", "31"));

  private SignalNumber() {}

  /** The number of "SIGTERM", "term" or "15"; what is unknown stays as it is. */
  static String of(String signal) {
    var name = signal.toUpperCase(Locale.ROOT);
    return NUMBERS.getOrDefault(name.startsWith("SIG") ? name.substring(3) : name, signal);
  }
}
