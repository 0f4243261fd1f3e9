package io.gantry.cli;

import com.google.protobuf.Message;
import io.gantry.protocol.v1.WatchFilter;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Which entries of a record are printed, for how long, and how. */
final class WatchOptions {
  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what happens; without --after or --since: only that")
  private boolean follow;

  @Option(
      names = {"-k", "--kind"},
      paramLabel = "KIND",
      description = "container, image, volume, network or host; may be repeated")
  private List<String> kinds = new ArrayList<>();

  @Option(
      names = {"-s", "--subject"},
      paramLabel = "NAME",
      description = "Id, prefix of one, or name; may be repeated")
  private List<String> subjects = new ArrayList<>();

  @Option(
      names = {"-e", "--event"},
      paramLabel = "TYPE",
      description = "container_started, image_tagged, ...; may be repeated")
  private List<String> types = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table: one short line each; json: one object a line, heartbeats too")
  private Format format = Format.TABLE;

  boolean follow() {
    return follow;
  }

  WatchFilter filter() {
    return WatchFilter.newBuilder()
        .addAllKinds(kinds)
        .addAllIds(subjects)
        .addAllEventTypes(types)
        .build();
  }

  /** Until they end or nobody reads them any more. Returns the process's exit code. */
  <T extends Message> int print(Iterator<T> responses, PrintStream out, Consumer<T> line) {
    while (responses.hasNext()) {
      var response = responses.next();
      switch (format) {
        case JSON -> out.println(Text.json(response));
        case TABLE -> line.accept(response);
      }
      out.flush();
      if (out.checkError()) {
        return 1;
      }
    }
    return 0;
  }
}
