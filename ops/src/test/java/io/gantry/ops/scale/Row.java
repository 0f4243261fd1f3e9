package io.gantry.ops.scale;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What was measured with so many hosts and containers, by what it is called in tables. */
record Row(int hosts, int containers, Map<String, Double> figures) {
  Row(int hosts, int containers) {
    this(hosts, containers, new LinkedHashMap<>());
  }

  Row put(String figure, double value) {
    figures.put(figure, value);
    return this;
  }

  String cell(String figure) {
    var value = figures.get(figure);
    return value == null || value.isNaN() ? "" : text(value);
  }

  static String text(double value) {
    var size = Math.abs(value);
    return String.format(
        Locale.ROOT,
        size >= 100 || value == Math.rint(value) ? "%.0f" : size >= 1 ? "%.1f" : "%.3f",
        value);
  }
}
