package io.gantry.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell, three blanks apart. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();

  Table(String... titles) {
    rows.add(titles);
  }

  void row(String... cells) {
    rows.add(cells);
  }

  void print(PrintStream out) {
    var widths = new int[rows.getFirst().length];
    for (var row : rows) {
      for (var column = 0; column < row.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (var column = 0; column < row.length; column++) {
        line.append(row[column]);
        if (column < row.length - 1) {
          line.repeat(' ', widths[column] - row[column].length() + 3);
        }
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
