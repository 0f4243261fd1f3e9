package io.gantry.ops.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures clusters of several sizes, one after the other, and prints what they cost. */
@Command(name = "scale", mixinStandardHelpOptions = true)
public final class ScaleBench implements Runnable {
  @Option(names = "--hosts", split = ",", defaultValue = "5,10,25,50")
  private List<Integer> hosts = List.of();

  @Option(
      names = "--containers",
      defaultValue = "10000",
      description = "with none, with a tenth of them and with all of them")
  private int containers;

  @Option(names = "--seed", defaultValue = "1")
  private long seed;

  @Option(names = "--placements", defaultValue = "300")
  private int placements;

  @Option(names = "--changes", defaultValue = "100")
  private int changes;

  @Option(names = "--rest", defaultValue = "20", description = "seconds of rest that are measured")
  private int rest;

  @Option(names = "--asked", defaultValue = "10", description = "hosts that are asked to place")
  private int askedHosts;

  @Option(names = "--joining", defaultValue = "5", description = "hosts that join at a time")
  private int joining;

  @Option(names = "--one-by-one", negatable = true, defaultValue = "true", fallbackValue = "true")
  private boolean oneByOne;

  @Option(names = "--directory", required = true, description = "of the hosts; empty")
  private Path directory = Path.of(".");

  @Option(names = "--out", description = "where the figures go", defaultValue = ".")
  private Path out = Path.of(".");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ScaleBench()).execute(arguments));
  }

  @Override
  public void run() {
    var rows = new ArrayList<Row>();
    for (var count : hosts) {
      measure(count, rows);
    }
    System.out.println(Tables.markdown(rows));
  }

  private void measure(int count, List<Row> rows) {
    var first = new Row(count, 0);
    if (oneByOne) {
      say("%d hosts, joining one after another", count);
      try (var simulation = Simulation.of(count, directory.resolve("one-by-one-" + count))) {
        var times =
            new Times(
                simulation.joinOneByOne().stream()
                    .mapToDouble(time -> Times.millis(time.toNanos()))
                    .toArray());
        first.put("join one p50 ms", times.percentile(50)).put("join one max ms", times.max());
      }
    }
    say("%d hosts, joining together", count);
    var before = Measuring.heap();
    try (var simulation = Simulation.of(count, directory.resolve("together-" + count))) {
      first.put("host alone heap MiB", (Measuring.heap() - before) / 1048576.0 / count);
      first.put("join all s", simulation.joinAll(joining).toMillis() / 1000.0);
      var asked = new Asked(seed);
      for (var level : new TreeSet<>(List.of(0, containers / 10, containers))) {
        say("%d hosts, %d containers", count, level);
        var row = level == 0 ? first : new Row(count, level);
        rows.add(row);
        simulation.fill(asked, level - simulation.containers());
        simulation.settle();
        var measuring = new Measuring(simulation, asked, row);
        measuring.rest(Duration.ofSeconds(rest));
        measuring.memory();
        measuring.changes(changes);
        measuring.creations(changes);
        measuring.placements(placements, Math.min(askedHosts, count));
        measuring.decisions(placements);
        System.err.println(row.figures());
        keep(rows);
      }
    }
  }

  /** After each step, for a long run may be ended. */
  private void keep(List<Row> rows) {
    try {
      Files.writeString(out.resolve("scale.csv"), Tables.csv(rows));
      Curves.write(rows, out);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void say(String format, Object... values) {
    System.err.printf(Locale.ROOT, "%tT " + format + "%n", prepend(values));
  }

  private static Object[] prepend(Object... values) {
    var all = new ArrayList<Object>(List.of(System.currentTimeMillis()));
    all.addAll(List.of(values));
    return all.toArray();
  }
}
