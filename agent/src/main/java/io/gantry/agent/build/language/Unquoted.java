package io.gantry.agent.build.language;

/** Takes quotes and escapes away where variables are not replaced. */
final class Unquoted {
  private Unquoted() {}

  static String of(String word, char escape) {
    var plain = new StringBuilder();
    char quote = 0;
    for (var i = 0; i < word.length(); i++) {
      var c = word.charAt(i);
      if (c == escape && quote != '\'' && i + 1 < word.length()) {
        var next = word.charAt(++i);
        if (next == '$') {
          // A variable's mark stays quoted for whoever replaces variables later.
          plain.append(c);
        }
        plain.append(next);
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
