package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** HEALTHCHECK. */
final class HealthcheckParser {
  private static final Set<String> OPTIONS =
      Set.of("interval", "timeout", "start-period", "start-interval", "retries");

  private HealthcheckParser() {}

  static Instruction parse(Flags flags, String rest) throws Malformed {
    if (rest.isEmpty()) {
      throw new Malformed("HEALTHCHECK requires at least one argument");
    }
    var two = Words.firstAndRest(rest);
    switch (two[0].toUpperCase(Locale.ROOT)) {
      case "NONE" -> {
        if (!two[1].isEmpty()) {
          throw new Malformed("HEALTHCHECK NONE takes no arguments");
        }
        flags.allow(Set.of(), Set.of());
        return new Instruction.Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0);
      }
      case "CMD" -> {
        flags.allow(OPTIONS, Set.of());
        return new Instruction.Healthcheck(
            test(two[1]),
            duration(flags, "interval"),
            duration(flags, "timeout"),
            duration(flags, "start-period"),
            duration(flags, "start-interval"),
            retries(flags));
      }
      default ->
          throw new Malformed("Unknown type \"%s\" in HEALTHCHECK (try CMD)".formatted(two[0]));
    }
  }

  private static List<String> test(String command) throws Malformed {
    if (command.isEmpty()) {
      throw new Malformed("Missing command after HEALTHCHECK CMD");
    }
    var test = new ArrayList<String>();
    switch (Command.parse(command)) {
      case Command.Exec(var words) -> {
        test.add("CMD");
        test.addAll(words);
      }
      case Command.Shell(var text) -> {
        test.add("CMD-SHELL");
        test.add(text);
      }
    }
    return List.copyOf(test);
  }

  private static long duration(Flags flags, String name) throws Malformed {
    var text = flags.text(name);
    if (text.isEmpty()) {
      return 0;
    }
    var nanos = GoDuration.nanos(text.get());
    if (nanos != 0 && nanos < 1_000_000) {
      throw new Malformed("Interval \"%s\" cannot be less than 1ms".formatted(name));
    }
    return nanos;
  }

  private static int retries(Flags flags) throws Malformed {
    var text = flags.text("retries");
    if (text.isEmpty()) {
      return 0;
    }
    try {
      var retries = Integer.parseInt(text.get());
      if (retries < 0) {
        throw new Malformed("--retries cannot be negative (%d)".formatted(retries));
      }
      return retries;
    } catch (NumberFormatException e) {
      throw new Malformed("strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(text.get()));
    }
  }
}
