package io.gantry.agent.build.language;

/**
 * A shell's pattern: {@code *} any text, {@code ?} any character, the rest itself. Matching takes
 * at most the product of both lengths, whatever the pattern.
 */
final class ShellPattern {
  private final String pattern;
  private final boolean[] literal;
  private final String plain;

  ShellPattern(String text, char escape) {
    var letters = new StringBuilder();
    var marks = new java.util.ArrayList<Boolean>();
    for (var i = 0; i < text.length(); i++) {
      var quoted = text.charAt(i) == escape && i + 1 < text.length();
      letters.append(quoted ? text.charAt(++i) : text.charAt(i));
      marks.add(quoted);
    }
    pattern = letters.toString();
    plain = text;
    literal = new boolean[marks.size()];
    for (var i = 0; i < literal.length; i++) {
      literal[i] = marks.get(i);
    }
  }

  private boolean is(int index, char c) {
    return pattern.charAt(index) == c && !literal[index];
  }

  /** Whether it matches exactly {@code value[from, to)}. */
  private boolean matches(String value, int from, int to) {
    var p = 0;
    var v = from;
    var star = -1;
    var mark = 0;
    while (v < to) {
      if (p < pattern.length()
          && !is(p, '*')
          && (is(p, '?') || pattern.charAt(p) == value.charAt(v))) {
        p++;
        v++;
      } else if (p < pattern.length() && is(p, '*')) {
        star = p++;
        mark = v;
      } else if (star >= 0) {
        p = star + 1;
        v = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && is(p, '*')) {
      p++;
    }
    return p == pattern.length();
  }

  String withoutPrefix(String value, boolean longest) {
    for (var n = 0; n <= value.length(); n++) {
      var end = longest ? value.length() - n : n;
      if (matches(value, 0, end)) {
        return value.substring(end);
      }
    }
    return value;
  }

  String withoutSuffix(String value, boolean longest) {
    for (var n = 0; n <= value.length(); n++) {
      var start = longest ? n : value.length() - n;
      if (matches(value, start, value.length())) {
        return value.substring(0, start);
      }
    }
    return value;
  }

  String replaced(String value, String by, boolean all) throws Malformed {
    var out = new StringBuilder();
    var at = 0;
    while (at < value.length()) {
      var end = endOfMatch(value, at);
      if (end > at) {
        out.append(by);
        at = end;
        if (!all) {
          break;
        }
      } else {
        out.append(value.charAt(at++));
      }
      if (out.length() > Variables.LONGEST) {
        throw new Malformed("the result is longer than %d characters".formatted(Variables.LONGEST));
      }
    }
    return out.append(value, at, value.length()).toString();
  }

  /** The longest match that begins there; {@code from} when none does. */
  private int endOfMatch(String value, int from) {
    for (var end = value.length(); end > from; end--) {
      if (matches(value, from, end)) {
        return end;
      }
    }
    return from;
  }

  @Override
  public String toString() {
    return plain;
  }
}
