package io.gantry.ops.scale;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What was measured, as text. */
final class Tables {
  private Tables() {}

  private static Set<String> figures(List<Row> rows) {
    var all = new LinkedHashSet<String>();
    rows.forEach(row -> all.addAll(row.figures().keySet()));
    return all;
  }

  /** A line for each row, a column for each figure. */
  static String csv(List<Row> rows) {
    var figures = figures(rows);
    var text = new StringBuilder("hosts,containers");
    figures.forEach(figure -> text.append(',').append(figure));
    for (var row : rows) {
      text.append('\n').append(row.hosts()).append(',').append(row.containers());
      figures.forEach(figure -> text.append(',').append(row.cell(figure)));
    }
    return text.append('\n').toString();
  }

  /** A line for each figure, a column for each row. */
  static String markdown(List<Row> rows) {
    var text = new StringBuilder("| hosts |");
    rows.forEach(row -> text.append(' ').append(row.hosts()).append(" |"));
    text.append("\n|---|").append("---|".repeat(rows.size())).append("\n| containers |");
    rows.forEach(row -> text.append(' ').append(row.containers()).append(" |"));
    for (var figure : figures(rows)) {
      text.append("\n| ")
          .append(figure)
          .append(" | ")
          .append(rows.stream().map(row -> row.cell(figure)).collect(Collectors.joining(" | ")))
          .append(" |");
    }
    return text.append('\n').toString();
  }
}
