package io.gantry.agent.build.language;

import org.jspecify.annotations.Nullable;

/**
 * A shell's pattern: {@code *} any text, {@code ?} any character, the rest itself. Matching that
 * takes too long is given up, whatever the pattern.
 */
final class ShellPattern {
  private static final long MOST_STEPS = 100_000_000;

  private final String pattern;
  private final boolean[] literal;
  private final String plain;
  private long steps;

  private ShellPattern(String pattern, boolean[] literal, String plain) {
    this.pattern = pattern;
    this.literal = literal;
    this.plain = plain;
  }

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

  /** Where matches that begin at {@code from} may end: the nearest or the farthest; -1: none. */
  private int end(String value, int from, boolean farthest) throws Malformed {
    var states = new boolean[pattern.length() + 1];
    reach(states, 0);
    var found = -1;
    for (var at = from; ; at++) {
      if (states[pattern.length()]) {
        found = at;
        if (!farthest) {
          return found;
        }
      }
      if (at == value.length()) {
        return found;
      }
      states = after(states, value.charAt(at));
      if (states == null) {
        return found;
      }
    }
  }

  private void reach(boolean[] states, int state) {
    states[state] = true;
    for (var p = state; p < pattern.length() && is(p, '*'); p++) {
      states[p + 1] = true;
    }
  }

  /** Null: nothing can match any more. */
  private boolean @Nullable [] after(boolean[] states, char c) throws Malformed {
    steps += pattern.length() + 1;
    if (steps > MOST_STEPS) {
      throw new Malformed("matching the pattern \"%s\" takes too long".formatted(plain));
    }
    var next = new boolean[states.length];
    var alive = false;
    for (var p = 0; p < pattern.length(); p++) {
      if (states[p] && is(p, '*')) {
        reach(next, p);
        alive = true;
      } else if (states[p] && (is(p, '?') || pattern.charAt(p) == c)) {
        reach(next, p + 1);
        alive = true;
      }
    }
    return alive ? next : null;
  }

  String withoutPrefix(String value, boolean longest) throws Malformed {
    var end = end(value, 0, longest);
    return end < 0 ? value : value.substring(end);
  }

  String withoutSuffix(String value, boolean longest) throws Malformed {
    var end = reversed().end(new StringBuilder(value).reverse().toString(), 0, longest);
    return end < 0 ? value : value.substring(0, value.length() - end);
  }

  private ShellPattern reversed() {
    var turned = new boolean[literal.length];
    for (var i = 0; i < literal.length; i++) {
      turned[i] = literal[literal.length - 1 - i];
    }
    return new ShellPattern(new StringBuilder(pattern).reverse().toString(), turned, plain);
  }

  String replaced(String value, String by, boolean all) throws Malformed {
    var out = new StringBuilder();
    var at = 0;
    while (at < value.length()) {
      var end = end(value, at, true);
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
}
