package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options between an instruction's name and its arguments.
 *
 * @param values option -> values in their order
 * @param rest what follows them
 */
record Flags(Map<String, List<String>> values, String rest) {
  private static final String PREFIX = "--";

  static Flags parse(String text, char escape) {
    var values = new LinkedHashMap<String, List<String>>();
    var rest = text.stripLeading();
    while (rest.startsWith(PREFIX)) {
      var end = endOfWord(rest, escape);
      var word = Unquoted.of(rest.substring(PREFIX.length(), end), escape);
      rest = rest.substring(end).stripLeading();
      if (word.isEmpty()) {
        break;
      }
      var equals = word.indexOf('=');
      var name = equals < 0 ? word : word.substring(0, equals);
      values
          .computeIfAbsent(name, _ -> new ArrayList<>())
          .add(equals < 0 ? NONE : word.substring(equals + 1));
    }
    return new Flags(values, rest);
  }

  /** Stands for the value of an option given without one. */
  private static final String NONE = "\0";

  private static int endOfWord(String text, char escape) {
    char quote = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == escape && quote != '\'') {
        i++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (Character.isWhitespace(c)) {
        return i;
      }
    }
    return text.length();
  }

  /** {@code repeatable} ones may stand several times. */
  Flags allow(Set<String> known, Set<String> repeatable) throws Malformed {
    for (var given : values.entrySet()) {
      var name = given.getKey();
      if (!known.contains(name)) {
        throw new Malformed("unknown flag: --%s".formatted(name));
      }
      if (given.getValue().size() > 1 && !repeatable.contains(name)) {
        throw new Malformed("duplicate flag specified: --%s".formatted(name));
      }
    }
    return this;
  }

  Optional<String> text(String name) throws Malformed {
    var given = values.get(name);
    if (given == null) {
      return Optional.empty();
    }
    return Optional.of(required(name, given.getFirst()));
  }

  List<String> texts(String name) throws Malformed {
    var all = new ArrayList<String>();
    for (var value : values.getOrDefault(name, List.of())) {
      all.add(required(name, value));
    }
    return List.copyOf(all);
  }

  private static String required(String name, String value) throws Malformed {
    if (value.equals(NONE)) {
      throw new Malformed("missing a value on flag: --%s".formatted(name));
    }
    return value;
  }

  boolean is(String name) throws Malformed {
    var given = values.get(name);
    if (given == null) {
      return false;
    }
    return switch (given.getFirst()) {
      case NONE, "true" -> true;
      case "false" -> false;
      case String other ->
          throw new Malformed(
              "expecting boolean value for flag --%s, not: %s".formatted(name, other));
    };
  }
}
