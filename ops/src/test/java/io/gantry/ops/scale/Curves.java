package io.gantry.ops.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/** The curves of docs/scale.md. */
final class Curves {
  private Curves() {}

  static void write(List<Row> rows, Path directory) throws IOException {
    write(
        directory.resolve("scale-join.svg"),
        byHosts("Seconds until all hosts see all", rows, Map.of("join all s", "five at a time")));
    var placement = new LinkedHashMap<String, String>();
    placement.put("placement p50 ms", "median");
    placement.put("placement p99 ms", "99 of 100");
    placement.put("creation p50 ms", "without a choice, median");
    write(
        directory.resolve("scale-placement.svg"),
        byHosts("Milliseconds of a placement", most(rows), placement));
    write(
        directory.resolve("scale-rest.svg"),
        byContainers("KiB/s that a host sends at rest", rows, "rest KiB/s"));
    write(
        directory.resolve("scale-change.svg"),
        byContainers("KiB that all hosts send for one new container", rows, "change KiB"));
    write(
        directory.resolve("scale-heap.svg"),
        byContainers("MiB of heap of a host", rows, "heap MiB per host"));
  }

  private static void write(Path file, Curve curve) throws IOException {
    Files.writeString(file, curve.svg());
  }

  /** Of each number of hosts the row with the most containers. */
  private static List<Row> most(List<Row> rows) {
    var most = new LinkedHashMap<Integer, Row>();
    rows.forEach(
        row -> most.merge(row.hosts(), row, (a, b) -> a.containers() > b.containers() ? a : b));
    return List.copyOf(most.values());
  }

  private static List<Double> values(List<Row> rows, ToIntFunction<Row> value) {
    var all = new TreeSet<Double>();
    rows.forEach(row -> all.add((double) value.applyAsInt(row)));
    return List.copyOf(all);
  }

  private static Curve byHosts(String title, List<Row> rows, Map<String, String> figures) {
    var hosts = values(rows, Row::hosts);
    var lines = new LinkedHashMap<String, List<Double>>();
    figures.forEach(
        (figure, name) -> {
          var points = new ArrayList<Double>();
          for (var count : hosts) {
            points.add(
                rows.stream()
                    .filter(row -> row.hosts() == count)
                    .map(row -> row.figures().get(figure))
                    .filter(value -> value != null)
                    .findFirst()
                    .orElse(Double.NaN));
          }
          lines.put(name, points);
        });
    return new Curve(title, "hosts", hosts, lines);
  }

  private static Curve byContainers(String title, List<Row> rows, String figure) {
    var containers = values(rows, Row::containers);
    var lines = new LinkedHashMap<String, List<Double>>();
    for (var hosts : values(rows, Row::hosts)) {
      var points = new ArrayList<Double>();
      for (var count : containers) {
        points.add(
            rows.stream()
                .filter(row -> row.hosts() == hosts && row.containers() == count)
                .map(row -> row.figures().getOrDefault(figure, Double.NaN))
                .findFirst()
                .orElse(Double.NaN));
      }
      lines.put(Row.text(hosts) + " hosts", points);
    }
    return new Curve(title, "containers", containers, lines);
  }
}
