package io.gantry.agent.build.language;

import java.util.List;

/** Some lines of a file around what is wrong in it. */
public final class Excerpt {
  private static final int AROUND = 2;
  private static final int MOST_LINES = 30;
  private static final int MOST_CHARACTERS = 200;
  private static final String RULE = "--------------------\n";

  private Excerpt() {}

  /** Of a file that could not be parsed. */
  public static String of(String text, String name, SyntaxError error) {
    return of(LineReader.split(text), name, error.firstLine(), error.lastLine());
  }

  static String of(List<String> lines, String name, int firstLine, int lastLine) {
    if (firstLine < 1) {
      return "";
    }
    var last = Math.min(Math.min(lastLine, lines.size()), firstLine + MOST_LINES);
    var shown = new StringBuilder("%s:%d\n%s".formatted(name, firstLine, RULE));
    for (var i = Math.max(1, firstLine - AROUND); i <= Math.min(lines.size(), last + AROUND); i++) {
      var mark = i >= firstLine && i <= last ? ">>>" : "   ";
      shown.append(" %3d | %s %s\n".formatted(i, mark, cut(lines.get(i - 1))));
    }
    return shown.append(RULE).toString();
  }

  private static String cut(String line) {
    return line.length() > MOST_CHARACTERS ? line.substring(0, MOST_CHARACTERS) + "…" : line;
  }
}
