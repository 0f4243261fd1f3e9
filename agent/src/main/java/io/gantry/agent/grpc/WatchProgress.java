package io.gantry.agent.grpc;

import io.gantry.persistence.record.Entry;
import io.gantry.persistence.record.EntryMessage;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.Gap;
import io.gantry.protocol.v1.GapReason;
import io.gantry.protocol.v1.Heartbeat;
import io.gantry.protocol.v1.WatchResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far one reader of the record has come. Belongs to one stream, whose stages run one after the
 * other.
 */
final class WatchProgress {
  private static final int DEFAULT_HEARTBEAT_SECONDS = 10;
  private static final int MAX_HEARTBEAT_SECONDS = 300;

  private final WatchSelection selection;
  private final Optional<Instant> until;
  private volatile Cursor cursor;

  WatchProgress(Cursor start, WatchSelection selection, Optional<Instant> until) {
    this.selection = selection;
    this.until = until;
    this.cursor = start;
  }

  static Duration heartbeat(Call call, int seconds) {
    if (seconds < 0 || seconds > MAX_HEARTBEAT_SECONDS) {
      throw call.invalid(
          "invalid heartbeat: %s seconds (expected 1 to %d)"
              .formatted(Integer.toUnsignedString(seconds), MAX_HEARTBEAT_SECONDS));
    }
    return Duration.ofSeconds(seconds == 0 ? DEFAULT_HEARTBEAT_SECONDS : seconds);
  }

  static Cursor cursor(Entry entry) {
    return Cursor.newBuilder().setSequence(entry.sequence()).setEpoch(entry.epoch()).build();
  }

  boolean wanted(Entry entry) {
    return until.isEmpty() || entry.time().isBefore(until.get());
  }

  /** What the reader is told of this entry: a gap before it, itself, or nothing. */
  List<WatchResponse> advance(Entry entry) {
    var expected = cursor.getSequence() + 1;
    cursor = cursor(entry);
    var missing =
        entry.sequence() > expected
            ? List.of(gap(expected, entry.sequence() - 1))
            : List.<WatchResponse>of();
    var message = EntryMessage.of(entry);
    if (!selection.test(message)) {
      return missing;
    }
    var response = WatchResponse.newBuilder().setEntry(message).build();
    return missing.isEmpty() ? List.of(response) : List.of(missing.getFirst(), response);
  }

  WatchResponse heartbeat() {
    return WatchResponse.newBuilder()
        .setHeartbeat(
            Heartbeat.newBuilder().setCursor(cursor).setTime(Moments.timestamp(Instant.now())))
        .build();
  }

  /**
   * A heartbeat comes when there is nothing more to read, so after {@code until} it is the last
   * word.
   */
  boolean open(WatchResponse response) {
    return !response.hasHeartbeat()
        || until.isEmpty()
        || Messages.instant(response.getHeartbeat().getTime()).isBefore(until.get());
  }

  private static WatchResponse gap(long first, long last) {
    return WatchResponse.newBuilder()
        .setGap(
            Gap.newBuilder()
                .setFirst(first)
                .setLast(last)
                .setReason(GapReason.GAP_REASON_RETENTION))
        .build();
  }
}
