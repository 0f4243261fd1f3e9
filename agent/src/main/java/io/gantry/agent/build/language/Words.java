package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.List;

/** Splits at blanks that no quote and no escape covers. Quotes and escapes stay where they are. */
final class Words {
  private Words() {}

  static List<String> split(String text, char escape) {
    var words = new ArrayList<String>();
    var start = -1;
    char quote = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (Character.isWhitespace(c) && quote == 0) {
        if (start >= 0) {
          words.add(text.substring(start, i));
          start = -1;
        }
        continue;
      }
      if (start < 0) {
        start = i;
      }
      if (c == escape && quote != '\'') {
        i++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      }
    }
    if (start >= 0) {
      words.add(text.substring(start));
    }
    return words;
  }

  /** The first word, and what follows the blanks behind it. */
  static String[] firstAndRest(String text) {
    var stripped = text.strip();
    for (var i = 0; i < stripped.length(); i++) {
      if (Character.isWhitespace(stripped.charAt(i))) {
        return new String[] {stripped.substring(0, i), stripped.substring(i).strip()};
      }
    }
    return new String[] {stripped, ""};
  }
}
