package io.gantry.ops.scale;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A picture of figures, as SVG.
 *
 * @param lines points by what each line is called, in order of {@code xs}; NaN: was not measured
 */
record Curve(String title, String xName, List<Double> xs, Map<String, List<Double>> lines) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int TOP = 40;
  private static final int RIGHT = 170;
  private static final int BOTTOM = 48;
  private static final int TICKS = 4;
  private static final int LINE_HEIGHT = 18;
  private static final List<String> COLOURS =
      List.of("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#555555");

  private double highest() {
    var max =
        lines.values().stream()
            .flatMap(List::stream)
            .filter(y -> !y.isNaN())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(1);
    var unit = Math.pow(10, Math.floor(Math.log10(Math.max(max, 1e-3))));
    return Math.ceil(max / unit * 2) / 2 * unit;
  }

  private double x(double value) {
    var last = xs.getLast();
    return LEFT + (WIDTH - LEFT - RIGHT) * value / (last == 0 ? 1 : last);
  }

  private static double y(double value, double highest) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest;
  }

  String svg() {
    var highest = highest();
    var picture = new StringBuilder();
    add(
        picture,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">",
        WIDTH,
        HEIGHT);
    add(picture, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
    add(picture, "<text x=\"%d\" y=\"22\" font-size=\"14\">%s</text>", LEFT, title);
    for (var tick = 0; tick <= TICKS; tick++) {
      var value = highest * tick / TICKS;
      var at = y(value, highest);
      add(
          picture,
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
          LEFT,
          WIDTH - RIGHT,
          at,
          at);
      add(
          picture,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 6,
          at + 4,
          Row.text(value));
    }
    for (var value : xs) {
      add(
          picture,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(value),
          HEIGHT - BOTTOM + LINE_HEIGHT,
          Row.text(value));
    }
    add(
        picture,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2,
        HEIGHT - 8,
        xName);
    var number = 0;
    for (var line : lines.entrySet()) {
      draw(picture, line.getKey(), line.getValue(), number++, highest);
    }
    return picture.append("</svg>\n").toString();
  }

  private void draw(
      StringBuilder picture, String name, List<Double> ys, int number, double highest) {
    var colour = COLOURS.get(number % COLOURS.size());
    var points = new StringBuilder();
    for (var point = 0; point < xs.size(); point++) {
      if (!ys.get(point).isNaN()) {
        var x = x(xs.get(point));
        var y = y(ys.get(point), highest);
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        add(picture, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, colour);
      }
    }
    add(
        picture,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
        points.toString().strip(),
        colour);
    add(
        picture,
        "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
        WIDTH - RIGHT + 12,
        TOP + LINE_HEIGHT * number + 8,
        colour,
        name);
  }

  private static void add(StringBuilder picture, String format, Object... values) {
    picture.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
