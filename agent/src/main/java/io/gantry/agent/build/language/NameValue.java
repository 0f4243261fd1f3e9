package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.List;

/**
 * A pair of ENV or LABEL, still with its quotes.
 *
 * @param old it was given in the form without "=", whose value is the rest of the line
 */
public record NameValue(String name, String value, boolean old) {
  static List<NameValue> parse(String instruction, String rest, char escape) throws Malformed {
    var words = Words.split(rest, escape);
    if (words.isEmpty()) {
      throw new Malformed("%s requires at least one argument".formatted(instruction));
    }
    if (!words.getFirst().contains("=")) {
      var two = Words.firstAndRest(rest);
      if (two[1].isEmpty()) {
        throw new Malformed("%s must have two arguments".formatted(instruction));
      }
      return List.of(new NameValue(two[0], two[1], true));
    }
    var pairs = new ArrayList<NameValue>();
    for (var word : words) {
      var equals = word.indexOf('=');
      if (equals < 0) {
        throw new Malformed(
            "Syntax error - can't find = in \"%s\". Must be of the form: name=value"
                .formatted(word));
      }
      if (equals == 0) {
        throw new Malformed("%s names can not be blank".formatted(instruction));
      }
      pairs.add(new NameValue(word.substring(0, equals), word.substring(equals + 1), false));
    }
    return List.copyOf(pairs);
  }
}
