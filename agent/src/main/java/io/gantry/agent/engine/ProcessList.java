package io.gantry.agent.engine;

import io.gantry.agent.Containers.ProcessTable;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The host's `ps`, of it only the rows of one container, as `docker top` shows them. */
final class ProcessList {
  private static final int SECONDS = 10;
  private static final int MOST_BYTES = 16 << 20;

  private ProcessList() {}

  static Outcome<ProcessTable> of(List<Long> pids, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add("ps");
    command.addAll(arguments.isEmpty() ? List.of("-ef") : arguments);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (var output = process.getInputStream()) {
      var text = new String(output.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        return Outcome.refused(ErrorKind.INTERNAL, "ps: " + reason(text));
      }
      return parse(text, pids);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running ps", e);
    }
  }

  /** Its first line; the rest is how ps is used. */
  private static String reason(String text) {
    return text.strip().lines().findFirst().orElse("failed without a word");
  }

  static Outcome<ProcessTable> parse(String text, List<Long> pids) {
    var lines = text.lines().toList();
    var titles =
        lines.isEmpty() ? List.<String>of() : List.of(lines.getFirst().strip().split("\\s+"));
    var column = titles.indexOf("PID");
    if (column < 0) {
      return Outcome.refused(ErrorKind.INTERNAL, "Couldn't find PID field in ps output");
    }
    var wanted = new HashSet<>(pids);
    var rows =
        lines.stream()
            .skip(1)
            // The last column is the command: it keeps its spaces.
            .map(line -> List.of(line.strip().split("\\s+", titles.size())))
            .filter(row -> row.size() > column && isOneOf(wanted, row.get(column)))
            .toList();
    return Outcome.done(new ProcessTable(titles, rows));
  }

  private static boolean isOneOf(HashSet<Long> wanted, String pid) {
    return pid.chars().allMatch(Character::isDigit)
        && pid.length() < 19
        && wanted.contains(Long.parseLong(pid));
  }
}
