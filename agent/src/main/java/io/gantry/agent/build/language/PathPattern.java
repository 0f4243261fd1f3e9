package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of paths, as {@code .dockerignore}, COPY and {@code --exclude} have it: {@code *},
 * {@code ?} and {@code [a-z]} within a name, {@code **} for any number of names. Matching takes at
 * most the product of both lengths, whatever the pattern.
 */
public final class PathPattern {
  private static final String ANY = "**";

  private final List<String> names;

  private PathPattern(List<String> names) {
    this.names = names;
  }

  /** {@code text}: relative, or absolute to the same root. */
  public static PathPattern of(String text) {
    var names = new ArrayList<String>();
    for (var name : text.split("/")) {
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.removeLast();
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        add(names, name);
      }
    }
    if (names.size() > 1 && names.getLast().equals(ANY)) {
      // "dir/**" is what is in dir, not dir itself.
      names.add("*");
    }
    return new PathPattern(List.copyOf(names));
  }

  /** "**.log" is any number of directories and then "*.log". */
  private static void add(List<String> names, String name) {
    if (name.equals(ANY)) {
      if (names.isEmpty() || !names.getLast().equals(ANY)) {
        names.add(ANY);
      }
    } else if (name.startsWith(ANY)) {
      add(names, ANY);
      names.add(name.substring(1));
    } else if (name.endsWith(ANY)) {
      names.add(name.substring(0, name.length() - 1));
    } else {
      names.add(name);
    }
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** Whether a name holds what makes a pattern of it. */
  public static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /** {@code path}: names with slashes between them, neither before nor after. */
  public boolean matches(String path) {
    return matches(List.of(path.split("/")));
  }

  /** It, or a directory above it. */
  public boolean matchesOrAbove(String path) {
    var all = List.of(path.split("/"));
    for (var n = 1; n <= all.size(); n++) {
      if (matches(all.subList(0, n))) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(List<String> path) {
    var p = 0;
    var v = 0;
    var star = -1;
    var mark = 0;
    while (v < path.size()) {
      if (p < names.size() && names.get(p).equals(ANY)) {
        star = p++;
        mark = v;
      } else if (p < names.size() && matches(names.get(p), path.get(v))) {
        p++;
        v++;
      } else if (star >= 0) {
        p = star + 1;
        v = ++mark;
      } else {
        return false;
      }
    }
    while (p < names.size() && names.get(p).equals(ANY)) {
      p++;
    }
    return p == names.size();
  }

  /** One name against one part of a pattern. */
  public static boolean matches(String pattern, String name) {
    var p = 0;
    var v = 0;
    var star = -1;
    var mark = 0;
    while (v < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = v;
        continue;
      }
      var next = p < pattern.length() ? one(pattern, p, name.charAt(v)) : -1;
      if (next > 0) {
        p = next;
        v++;
      } else if (star >= 0) {
        p = star + 1;
        v = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** Where the pattern goes on after matching one character at {@code p}; -1: it does not match. */
  private static int one(String pattern, int p, char c) {
    switch (pattern.charAt(p)) {
      case '?' -> {
        return p + 1;
      }
      case '[' -> {
        var close = pattern.indexOf(']', p + 2);
        if (close < 0) {
          return c == '[' ? p + 1 : -1;
        }
        return isIn(pattern, p + 1, close, c) ? close + 1 : -1;
      }
      case '\\' -> {
        if (p + 1 < pattern.length()) {
          return pattern.charAt(p + 1) == c ? p + 2 : -1;
        }
        return c == '\\' ? p + 1 : -1;
      }
      default -> {
        return pattern.charAt(p) == c ? p + 1 : -1;
      }
    }
  }

  private static boolean isIn(String pattern, int from, int close, char c) {
    var negated = pattern.charAt(from) == '^' || pattern.charAt(from) == '!';
    var found = false;
    for (var i = negated ? from + 1 : from; i < close; i++) {
      if (i + 2 < close && pattern.charAt(i + 1) == '-') {
        found |= pattern.charAt(i) <= c && c <= pattern.charAt(i + 2);
        i += 2;
      } else {
        found |= pattern.charAt(i) == c;
      }
    }
    return found != negated;
  }
}
