package io.gantry.cli;

import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.Gap;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private WatchOptions options = new WatchOptions();

  EventsCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return options.print(session.record().watch(request()), out(), this::line);
  }

  private WatchRequest request() {
    if (after.isPresent() && since.isPresent()) {
      throw new Failure("--after and --since exclude each other");
    }
    var request = WatchRequest.newBuilder().setFollow(options.follow());
    after.ifPresent(text -> request.setAfter(cursor(text)));
    since.ifPresent(text -> request.setSince(timestamp(TimeOption.parse(text))));
    until.ifPresent(text -> request.setUntil(timestamp(TimeOption.parse(text))));
    if (options.follow() && after.isEmpty() && since.isEmpty()) {
      request.setNow(true);
    }
    return request.setFilter(options.filter()).build();
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
