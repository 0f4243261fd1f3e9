package io.gantry.cluster.remote;

import com.google.protobuf.UnsafeByteOperations;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.LogBatch;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.LogLines;
import io.gantry.protocol.v1.LogsRequest;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Batches of log lines as peers send them to each other. */
public final class LogLinesMessages {
  private LogLinesMessages() {}

  static LogsRequest request(String container, LogQuery query) {
    var request =
        LogsRequest.newBuilder()
            .setContainer(container)
            .setFollow(query.follow())
            .setStdout(query.stdout())
            .setStderr(query.stderr());
    query.since().map(Moments::timestamp).ifPresent(request::setSince);
    query.until().map(Moments::timestamp).ifPresent(request::setUntil);
    query.tail().ifPresent(request::setTail);
    return request.build();
  }

  public static LogQuery query(LogsRequest request) {
    return new LogQuery(
        request.getStdout(),
        request.getStderr(),
        request.getFollow(),
        request.hasSince()
            ? Optional.of(Moments.instant(request.getSince()))
            : Optional.<Instant>empty(),
        request.hasUntil()
            ? Optional.of(Moments.instant(request.getUntil()))
            : Optional.<Instant>empty(),
        request.hasTail() ? OptionalInt.of(request.getTail()) : OptionalInt.empty());
  }

  public static LogLines write(LogBatch batch) {
    var lines = LogLines.newBuilder();
    var bytes = new ByteArrayOutputStream(batch.length());
    batch.forEach(
        (stream, second, nano, from, offset, length) -> {
          bytes.write(from, offset, length);
          lines
              .addEnds(bytes.size())
              .addSeconds(second)
              .addNanos(nano)
              .addErrors(stream == Stream.STDERR);
        });
    return lines.setData(UnsafeByteOperations.unsafeWrap(bytes.toByteArray())).build();
  }

  /** Fails with a {@link RemoteFailure} when the lists do not fit together. */
  static LogBatch read(LogLines lines) {
    var bytes = lines.getData().toByteArray();
    var count = lines.getEndsCount();
    if (lines.getSecondsCount() != count
        || lines.getNanosCount() != count
        || lines.getErrorsCount() != count) {
      throw damaged();
    }
    var batch = new LogBatch.Builder(bytes.length);
    var start = 0;
    for (var i = 0; i < count; i++) {
      var end = lines.getEnds(i);
      var nano = lines.getNanos(i);
      if (end < start || end > bytes.length || nano < 0 || nano > 999_999_999) {
        throw damaged();
      }
      batch.add(
          lines.getErrors(i) ? Stream.STDERR : Stream.STDOUT,
          lines.getSeconds(i),
          nano,
          bytes,
          start,
          end - start);
      start = end;
    }
    return batch.build();
  }

  private static RemoteFailure damaged() {
    return new RemoteFailure(ErrorKind.INTERNAL, "log lines of another host cannot be read");
  }
}
