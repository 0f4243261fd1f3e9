package io.gantry.cli;

import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.Gap;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "events",
    sortOptions = false,
    description = {
      "Print the record of this host: all that happened, in order, from any point.",
      "",
      "A cursor is the place behind an entry, written SEQUENCE:EPOCH as each line begins with it.",
      "A reader that keeps the cursor of the last line goes on with --after CURSOR and misses"
          + " nothing;",
      "what retention has removed is said by a line of its own.",
      ""
    })
final class EventsCommand extends AgentCommand {
  @Option(names = "--after", paramLabel = "CURSOR", description = "SEQUENCE[:EPOCH]; 0: all")
  private Optional<String> after = Optional.empty();

  @Option(names = "--since", paramLabel = "TIME", description = TimeOption.DESCRIPTION)
  private Optional<String> since = Optional.empty();

  @Option(names = "--until", paramLabel = "TIME", description = TimeOption.DESCRIPTION)
  private Optional<String> until = Optional.empty();

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

  EventsCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    var responses = session.record().watch(request());
    while (responses.hasNext()) {
      var response = responses.next();
      switch (format) {
        case JSON -> out().println(Text.json(response));
        case TABLE -> line(response);
      }
      out().flush();
      if (out().checkError()) {
        return 1;
      }
    }
    return 0;
  }

  private WatchRequest request() {
    if (after.isPresent() && since.isPresent()) {
      throw new Failure("--after and --since exclude each other");
    }
    var request = WatchRequest.newBuilder().setFollow(follow);
    after.ifPresent(text -> request.setAfter(cursor(text)));
    since.ifPresent(text -> request.setSince(timestamp(TimeOption.parse(text))));
    until.ifPresent(text -> request.setUntil(timestamp(TimeOption.parse(text))));
    if (follow && after.isEmpty() && since.isEmpty()) {
      request.setNow(true);
    }
    request.getFilterBuilder().addAllKinds(kinds).addAllIds(subjects).addAllEventTypes(types);
    return request.build();
  }

  static Cursor cursor(String text) {
    try {
      var parts = text.split(":", 2);
      return Cursor.newBuilder()
          .setSequence(Long.parseUnsignedLong(parts[0]))
          .setEpoch(parts.length == 2 ? Long.parseUnsignedLong(parts[1]) : 0)
          .build();
    } catch (NumberFormatException _) {
      throw new Failure("not a cursor: \"%s\" (expected SEQUENCE[:EPOCH])".formatted(text));
    }
  }

  private static Timestamp timestamp(Instant time) {
    return Moments.timestamp(time);
  }

  private void line(WatchResponse response) {
    switch (response.getMessageCase()) {
      case ENTRY -> out().println(EventLine.of(response.getEntry()));
      case GAP -> out().println(gap(response.getGap()));
      case HEARTBEAT, MESSAGE_NOT_SET -> {}
    }
  }

  static String gap(Gap gap) {
    return switch (gap.getReason()) {
      case GAP_REASON_REPLACED ->
          "-- gap: entries %d to %d are of another life of this record"
              .formatted(gap.getFirst(), gap.getLast());
      case GAP_REASON_RETENTION, GAP_REASON_UNSPECIFIED, UNRECOGNIZED ->
          "-- gap: entries %d to %d have been removed".formatted(gap.getFirst(), gap.getLast());
    };
  }
}
