package io.gantry.cli;

import java.util.Locale;
import java.util.regex.Pattern;

/** Sizes in bytes as people type them: "512m", "1.5g". Units are powers of 1024. */
final class SizeOption {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*([bkmgt]?)(?:i?b)?");

  private SizeOption() {}

  static long parse(String text) {
    var matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new Failure(
          StartFailure.NOT_RUN, "not a size: \"%s\" (expected as in 512m, 2g)".formatted(text));
    }
    var power =
        switch (matcher.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          case "t" -> 40;
          default -> 0;
        };
    return (long) (Double.parseDouble(matcher.group(1)) * (1L << power));
  }
}
