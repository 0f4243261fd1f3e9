package io.gantry.agent.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits an instruction's arguments at blanks, as a Dockerfile does: quotes group and a backslash
 * escapes.
 */
final class Words {
  private Words() {}

  static List<String> split(String text) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    var inWord = false;
    char quote = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
        inWord = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
