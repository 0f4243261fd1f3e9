package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Containers;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.LogsResponse;
import io.gantry.protocol.v1.OutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** ContainerService.Logs. */
final class LogCalls {
  private LogCalls() {}

  static Source<LogsResponse, NotUsed> logs(
      Containers containers, Calls calls, Call call, LogsRequest request) {
    var query = query(call, request);
    return call.stream(
        calls.read(() -> containers.logs(request.getContainer(), query)), LogCalls::response);
  }

  static Containers.LogQuery query(Call call, LogsRequest request) {
    if (request.hasTail() && request.getTail() < 0) {
      throw call.invalid(
          "invalid tail: %d (expected 0 or more lines)".formatted(request.getTail()));
    }
    var both = !request.getStdout() && !request.getStderr();
    return new Containers.LogQuery(
        both || request.getStdout(),
        both || request.getStderr(),
        request.getFollow(),
        request.hasSince()
            ? Optional.of(Messages.instant(request.getSince()))
            : Optional.<Instant>empty(),
        request.hasUntil()
            ? Optional.of(Messages.instant(request.getUntil()))
            : Optional.<Instant>empty(),
        request.hasTail() ? OptionalInt.of(request.getTail()) : OptionalInt.empty());
  }

  static LogsResponse response(Containers.LogLine line) {
    return LogsResponse.newBuilder()
        .setStream(
            switch (line.stream()) {
              case STDOUT -> OutputStream.OUTPUT_STREAM_STDOUT;
              case STDERR -> OutputStream.OUTPUT_STREAM_STDERR;
            })
        .setTime(Moments.timestamp(line.time()))
        .setData(Messages.bytes(line.data()))
        .build();
  }
}
