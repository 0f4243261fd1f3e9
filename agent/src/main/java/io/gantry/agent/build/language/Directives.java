package io.gantry.agent.build.language;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parser directives: comments of the form {@code # name=value} before anything else in the file.
 *
 * @param escape the character that continues lines and quotes the next one
 */
record Directives(char escape) {
  private static final Pattern FORM =
      Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");
  private static final Set<String> KNOWN = Set.of("escape", "syntax", "check");

  static Directives of(List<String> lines) throws SyntaxError {
    var escape = '\\';
    var seen = new HashSet<String>();
    for (var i = 0; i < lines.size(); i++) {
      var matcher = FORM.matcher(lines.get(i));
      if (!matcher.matches()) {
        break;
      }
      var name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (!KNOWN.contains(name)) {
        break;
      }
      if (!seen.add(name)) {
        throw new SyntaxError(
            i + 1, i + 1, "only one %s parser directive can be used".formatted(name));
      }
      if (name.equals("escape")) {
        var value = matcher.group(2);
        if (!value.equals("`") && !value.equals("\\")) {
          throw new SyntaxError(
              i + 1, i + 1, "invalid escape token '%s' does not match ` or \\".formatted(value));
        }
        escape = value.charAt(0);
      }
    }
    return new Directives(escape);
  }
}
