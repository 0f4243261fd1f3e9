package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.gantry.agent.EventLog;
import io.gantry.persistence.record.Entry;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.Gap;
import io.gantry.protocol.v1.GapReason;
import io.gantry.protocol.v1.PositionRequest;
import io.gantry.protocol.v1.PositionResponse;
import io.gantry.protocol.v1.RecordServicePowerApi;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * {@code gantry.v1.RecordService}: finds where a reader is to begin; {@link WatchProgress} does the
 * rest.
 */
record RecordCalls(EventLog log, Calls calls, ActorSystem<?> system)
    implements RecordServicePowerApi {
  /** Looking a time up in the record reads from disk. */
  private static final Executor BLOCKING = task -> Thread.ofVirtual().start(task);

  /** Where to begin, and what is missing before it. */
  private record Start(Cursor cursor, Optional<Gap> gap) {
    static Start after(long sequence) {
      return after(Cursor.newBuilder().setSequence(sequence).build());
    }

    static Start after(Cursor cursor) {
      return new Start(cursor, Optional.empty());
    }
  }

  @Override
  public CompletionStage<PositionResponse> position(PositionRequest request, Metadata metadata) {
    return newest().thenApply(cursor -> PositionResponse.newBuilder().setCursor(cursor).build());
  }

  @Override
  public Source<WatchResponse, NotUsed> watch(WatchRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var filter = WatchSelection.of(call, request.getFilter());
    var heartbeat = WatchProgress.heartbeat(call, request.getHeartbeatSeconds());
    var until =
        request.hasUntil()
            ? Optional.of(Messages.instant(request.getUntil()))
            : Optional.<Instant>empty();
    return Source.completionStageSource(
            start(request)
                .thenApply(
                    start -> {
                      var progress = new WatchProgress(start.cursor(), filter, until);
                      var entries =
                          log.read(start.cursor().getSequence(), request.getFollow())
                              .takeWhile(progress::wanted)
                              .mapConcat(progress::advance);
                      return Source.from(start.gap().stream().map(RecordCalls::message).toList())
                          .concat(entries)
                          .keepAlive(heartbeat, progress::heartbeat)
                          .takeWhile(progress::open, true);
                    }))
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static WatchResponse message(Gap gap) {
    return WatchResponse.newBuilder().setGap(gap).build();
  }

  private CompletionStage<Start> start(WatchRequest request) {
    return switch (request.getFromCase()) {
      case FROM_NOT_SET -> oldest();
      case NOW -> newest().thenApply(Start::after);
      case SINCE ->
          CompletableFuture.supplyAsync(
              () -> Start.after(log.firstSince(Messages.instant(request.getSince())) - 1),
              BLOCKING);
      case AFTER -> after(request.getAfter());
    };
  }

  /**
   * Before the first entry there is, so that what retention took is no gap: nobody asked for it.
   */
  private CompletionStage<Start> oldest() {
    return log.read(0, false)
        .runWith(Sink.headOption(), system)
        .thenApply(first -> Start.after(first.map(entry -> entry.sequence() - 1).orElse(0L)));
  }

  private CompletionStage<Cursor> newest() {
    var last = log.last();
    return last == 0
        ? CompletableFuture.completedStage(Cursor.getDefaultInstance())
        : at(last)
            .thenApply(
                entry ->
                    entry
                        .map(WatchProgress::cursor)
                        .orElseGet(() -> Cursor.newBuilder().setSequence(last).build()));
  }

  /** A cursor this record did not give, or gave in another life, is answered with a gap. */
  private CompletionStage<Start> after(Cursor cursor) {
    var sequence = cursor.getSequence();
    var last = log.last();
    if (Long.compareUnsigned(sequence, last) > 0) {
      return CompletableFuture.completedStage(
          new Start(
              Cursor.newBuilder().setSequence(last).build(),
              Optional.of(replaced(last + 1, sequence))));
    }
    if (cursor.getEpoch() == 0 || sequence == 0) {
      return CompletableFuture.completedStage(Start.after(cursor));
    }
    return at(sequence)
        .thenApply(
            entry ->
                entry.isPresent() && entry.get().epoch() != cursor.getEpoch()
                    ? new Start(cursor, Optional.of(replaced(sequence, sequence)))
                    : Start.after(cursor));
  }

  private static Gap replaced(long first, long last) {
    return Gap.newBuilder()
        .setFirst(first)
        .setLast(last)
        .setReason(GapReason.GAP_REASON_REPLACED)
        .build();
  }

  /** Empty: retention has removed it. */
  private CompletionStage<Optional<Entry>> at(long sequence) {
    return log.read(sequence - 1, false)
        .runWith(Sink.headOption(), system)
        .thenApply(entry -> entry.filter(found -> found.sequence() == sequence));
  }
}
