package io.gantry.agent.container.log;

import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.LogBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Writes lines as the monitor does, and reads them back as text. */
final class LogLines {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private LogLines() {}

  static String full(int second, String text) {
    return physical(second, Stream.STDOUT, 'F', text);
  }

  static String physical(int second, Stream stream, char tag, String text) {
    var time = NOON.plusSeconds(second).plusNanos(1).toString().replace("Z", "+00:00");
    return time + (stream == Stream.STDERR ? " stderr " : " stdout ") + tag + " " + text + "\n";
  }

  static LogQuery everything() {
    return query(OptionalInt.empty());
  }

  static LogQuery query(OptionalInt tail) {
    return new LogQuery(true, true, false, Optional.empty(), Optional.empty(), tail);
  }

  static List<String> read(Path file, LogQuery query) throws IOException {
    try (var cursor = new LogCursor(new LogFiles(file), query)) {
      var lines = new ArrayList<String>();
      for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
        lines.addAll(texts(batch.get()));
      }
      cursor.last().ifPresent(batch -> lines.addAll(texts(batch)));
      return lines;
    }
  }

  static List<String> texts(LogBatch batch) {
    return batch.lines().stream().map(LogLines::text).toList();
  }

  private static String text(LogLine line) {
    return (line.stream() == Stream.STDERR ? "E:" : "") + line.data().utf8String();
  }
}
