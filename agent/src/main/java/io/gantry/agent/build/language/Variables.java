package io.gantry.agent.build.language;

import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces variables in a word and takes its quotes away, as a shell would: <code>
 * $name ${name} ${name:-word} ${name:+word} ${name:?word}</code>, the same without a colon, <code>
 * ${name#pattern} ${name##pattern} ${name%pattern} ${name%%pattern} ${name/pattern/word}
 * ${name//pattern/word}</code>.
 */
public final class Variables {
  /** Instructions that double a variable again and again must end somewhere. */
  static final int LONGEST = 1 << 20;

  private static final int DEEPEST = 40;

  private final char escape;
  private final Function<String, Optional<String>> values;

  public Variables(char escape, Function<String, Optional<String>> values) {
    this.escape = escape;
    this.values = values;
  }

  /** A word of an instruction. */
  public String expand(String word) throws Malformed {
    try {
      return bounded(new Scan(word, false).run());
    } catch (Malformed malformed) {
      throw new Malformed(
          "failed to process \"%s\": %s"
              .formatted(word.replace("\\", "\\\\").replace("\"", "\\\""), malformed.reason()));
    }
  }

  /** A document: its quotes are text, its variables are not. */
  public String expandDocument(String text) throws Malformed {
    try {
      return bounded(new Scan(text, true).run());
    } catch (Malformed malformed) {
      throw new Malformed("failed to process heredoc: %s".formatted(malformed.reason()));
    }
  }

  private static String bounded(String text) throws Malformed {
    if (text.length() > LONGEST) {
      throw new Malformed("the result is longer than %d characters".formatted(LONGEST));
    }
    return text;
  }

  private final class Scan {
    private final String text;
    private final boolean quotesAreText;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int depth;

    Scan(String text, boolean quotesAreText) {
      this.text = text;
      this.quotesAreText = quotesAreText;
    }

    String run() throws Malformed {
      until('\0');
      return out.toString();
    }

    /** Appends to {@link #out} up to a character that ends this part; NUL: up to the end. */
    private void until(char end) throws Malformed {
      while (at < text.length()) {
        var c = text.charAt(at);
        if (c == end && end != '\0') {
          return;
        }
        if (c == '$') {
          variable();
        } else if (c == escape && (!quotesAreText || quotedInDocument())) {
          escaped();
        } else if (!quotesAreText && c == '\'') {
          single();
        } else if (!quotesAreText && c == '"') {
          doubled();
        } else {
          append(c);
          at++;
        }
      }
    }

    private boolean quotedInDocument() {
      return at + 1 < text.length()
          && (text.charAt(at + 1) == '$' || text.charAt(at + 1) == escape);
    }

    private void escaped() throws Malformed {
      at++;
      if (at < text.length()) {
        append(text.charAt(at++));
      }
    }

    private void single() throws Malformed {
      var close = text.indexOf('\'', at + 1);
      if (close < 0) {
        throw new Malformed("unexpected end of statement while looking for matching single-quote");
      }
      append(text.substring(at + 1, close));
      at = close + 1;
    }

    private void doubled() throws Malformed {
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        var c = text.charAt(at);
        if (c == '$') {
          variable();
        } else if (c == escape) {
          if (++at == text.length()) {
            break;
          }
          var next = text.charAt(at++);
          if (next != '"' && next != '$' && next != escape) {
            append(escape);
          }
          append(next);
        } else {
          append(c);
          at++;
        }
      }
      if (at >= text.length()) {
        throw new Malformed("unexpected end of statement while looking for matching double-quote");
      }
      at++;
    }

    private void append(char c) throws Malformed {
      if (out.length() >= LONGEST) {
        throw new Malformed("the result is longer than %d characters".formatted(LONGEST));
      }
      out.append(c);
    }

    private void append(String value) throws Malformed {
      if (out.length() + value.length() > LONGEST) {
        throw new Malformed("the result is longer than %d characters".formatted(LONGEST));
      }
      out.append(value);
    }

    private void variable() throws Malformed {
      at++;
      if (at < text.length() && text.charAt(at) == '{') {
        at++;
        braced();
        return;
      }
      var name = name();
      if (name.isEmpty()) {
        append('$');
      } else {
        append(values.apply(name).orElse(""));
      }
    }

    private String name() {
      var start = at;
      if (at < text.length() && isFirst(text.charAt(at))) {
        while (at < text.length() && isNext(text.charAt(at))) {
          at++;
        }
      } else if (at < text.length() && isSpecial(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private void braced() throws Malformed {
      if (++depth > DEEPEST) {
        throw new Malformed("more than %d substitutions inside each other".formatted(DEEPEST));
      }
      if (at < text.length() && text.charAt(at) == '}') {
        throw new Malformed("syntax error: bad substitution");
      }
      var name = name();
      if (name.isEmpty()) {
        throw new Malformed("syntax error: bad substitution");
      }
      if (at >= text.length()) {
        throw new Malformed("syntax error: missing '}'");
      }
      var value = values.apply(name);
      var c = text.charAt(at++);
      switch (c) {
        case '}' -> append(value.orElse(""));
        case ':' -> {
          if (at >= text.length()) {
            throw new Malformed("syntax error: missing '}'");
          }
          choice(name, value.filter(given -> !given.isEmpty()), value, text.charAt(at++), ":");
        }
        case '-', '+', '?' -> choice(name, value, value, c, "");
        case '#', '%' -> trimmed(value.orElse(""), c);
        case '/' -> replaced(value.orElse(""));
        default ->
            throw new Malformed(
                "unsupported modifier (%s) in substitution".formatted(Character.toString(c)));
      }
      depth--;
    }

    /** {@code useful}: the value, unless the modifier counts it as absent. */
    private void choice(
        String name, Optional<String> useful, Optional<String> value, char modifier, String colon)
        throws Malformed {
      var word = part('}', "syntax error: missing '}'");
      switch (modifier) {
        case '-' -> append(useful.orElse(word));
        case '+' -> append(useful.isPresent() ? word : "");
        case '?' -> {
          if (useful.isEmpty()) {
            throw new Malformed(
                "%s: %s"
                    .formatted(
                        name,
                        word.isEmpty()
                            ? (colon.isEmpty() || value.isEmpty()
                                ? "is not allowed to be unset"
                                : "is not allowed to be empty")
                            : word));
          }
          append(useful.get());
        }
        default ->
            throw new Malformed(
                "unsupported modifier (%s%s) in substitution"
                    .formatted(colon, Character.toString(modifier)));
      }
    }

    private void trimmed(String value, char side) throws Malformed {
      var longest = at < text.length() && text.charAt(at) == side;
      if (longest) {
        at++;
      }
      var pattern = new ShellPattern(part('}', "syntax error: missing '}'"), escape);
      append(
          side == '#'
              ? pattern.withoutPrefix(value, longest)
              : pattern.withoutSuffix(value, longest));
    }

    private void replaced(String value) throws Malformed {
      var all = at < text.length() && text.charAt(at) == '/';
      if (all) {
        at++;
      }
      var pattern = new ShellPattern(part('/', "syntax error: missing '/' in ${}"), escape);
      append(bounded(pattern.replaced(value, part('}', "syntax error: missing '}'"), all)));
    }

    /** What stands up to {@code end}, with its own variables replaced. */
    private String part(char end, String missing) throws Malformed {
      var before = out.length();
      until(end);
      if (at >= text.length()) {
        throw new Malformed(missing);
      }
      at++;
      var part = out.substring(before);
      out.setLength(before);
      return part;
    }

    private static boolean isFirst(char c) {
      return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isNext(char c) {
      return isFirst(c) || c >= '0' && c <= '9';
    }

    private static boolean isSpecial(char c) {
      return c >= '0' && c <= '9' || "@*#?-$!".indexOf(c) >= 0;
    }
  }
}
