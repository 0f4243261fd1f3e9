package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers;
import io.gantry.protocol.v1.Attached;
import io.gantry.protocol.v1.StartExecOptions;
import io.gantry.protocol.v1.StartExecRequest;
import io.gantry.protocol.v1.StartExecResponse;
import java.util.List;
import java.util.Optional;

/** ContainerService.StartExec: options first, then stdin, against the command's output. */
final class StartExecCalls {
  private StartExecCalls() {}

  static Source<StartExecResponse, NotUsed> start(
      Containers containers, Call call, Source<StartExecRequest, NotUsed> requests) {
    return requests.via(
        Flow.<StartExecRequest>create()
            .flatMapPrefix(1, prefix -> session(containers, call, prefix)));
  }

  private static Flow<StartExecRequest, StartExecResponse, NotUsed> session(
      Containers containers, Call call, Iterable<StartExecRequest> prefix) {
    var first = prefix.iterator();
    var request = first.hasNext() ? first.next() : StartExecRequest.getDefaultInstance();
    if (!request.hasOptions()) {
      throw call.invalid("the first message of StartExec holds no options");
    }
    var options = request.getOptions();
    var flow =
        call.value(
            containers.startExec(
                call.caller(), options.getExecId(), options.getDetach(), size(options)),
            StartExecCalls::talk);
    return Flow.completionStageFlow(flow).mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static Optional<Containers.ConsoleSize> size(StartExecOptions options) {
    var size = options.getSize();
    return options.hasSize()
        ? Optional.of(new Containers.ConsoleSize(Messages.height(size), Messages.width(size)))
        : Optional.empty();
  }

  private static Flow<StartExecRequest, StartExecResponse, NotUsed> talk(
      Optional<Attachment> attachment) {
    var started =
        StartExecResponse.newBuilder()
            .setStarted(Attached.newBuilder().setTty(attachment.map(Attachment::tty).orElse(false)))
            .build();
    var stdio =
        attachment
            .map(Attachment::stdio)
            .orElseGet(() -> Flow.fromSinkAndSource(Sink.ignore(), Source.empty()));
    return Flow.<StartExecRequest>create()
        .mapConcat(StartExecCalls::stdin)
        .via(stdio)
        .map(StartExecCalls::output)
        .prepend(Source.single(started));
  }

  private static Iterable<ByteString> stdin(StartExecRequest request) {
    return switch (request.getMessageCase()) {
      case STDIN -> List.of(Messages.bytes(request.getStdin()));
      case OPTIONS, MESSAGE_NOT_SET -> List.of();
    };
  }

  private static StartExecResponse output(Attachment.Chunk chunk) {
    var bytes = Messages.bytes(chunk.data());
    return switch (chunk.stream()) {
      case STDOUT -> StartExecResponse.newBuilder().setStdout(bytes).build();
      case STDERR -> StartExecResponse.newBuilder().setStderr(bytes).build();
    };
  }
}
