package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers;
import io.gantry.protocol.v1.AttachOptions;
import io.gantry.protocol.v1.AttachRequest;
import io.gantry.protocol.v1.AttachResponse;
import io.gantry.protocol.v1.Attached;
import java.util.List;

/**
 * ContainerService.Attach: options first, then stdin and sizes of the terminal, against the
 * container's output.
 */
record AttachCalls(Containers containers) {
  Source<AttachResponse, NotUsed> attach(Call call, Source<AttachRequest, NotUsed> requests) {
    return requests.via(
        Flow.<AttachRequest>create().flatMapPrefix(1, prefix -> session(call, prefix)));
  }

  private Flow<AttachRequest, AttachResponse, NotUsed> session(
      Call call, Iterable<AttachRequest> prefix) {
    var first = prefix.iterator();
    var request = first.hasNext() ? first.next() : AttachRequest.getDefaultInstance();
    if (!request.hasOptions()) {
      throw call.invalid("the first message of Attach holds no options");
    }
    var options = request.getOptions();
    var flow =
        call.value(
            containers.attach(call.caller(), options.getContainer(), options(options)),
            attachment -> talk(call, options, attachment));
    return Flow.completionStageFlow(flow).mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static Containers.AttachOptions options(AttachOptions options) {
    var both = !options.getStdout() && !options.getStderr();
    return new Containers.AttachOptions(
        options.getLogs() || options.getLogsOnly(),
        !options.getLogsOnly(),
        options.getStdin(),
        both || options.getStdout(),
        both || options.getStderr(),
        Messages.given(options.getDetachKeys()));
  }

  private Flow<AttachRequest, AttachResponse, NotUsed> talk(
      Call call, AttachOptions options, Attachment attachment) {
    var begin =
        AttachResponse.newBuilder()
            .setAttached(Attached.newBuilder().setTty(attachment.tty()))
            .build();
    return input(call, options)
        .via(attachment.stdio())
        .map(AttachCalls::output)
        .prepend(Source.single(begin));
  }

  private Flow<AttachRequest, ByteString, NotUsed> input(Call call, AttachOptions options) {
    var bytes =
        Flow.<AttachRequest>create()
            .mapConcat(request -> stdin(call, options.getContainer(), request));
    // Without stdin the caller's half-close means nothing, and must not reach the process.
    return options.getStdin() ? bytes : bytes.filter(_ -> false).concat(Source.maybe());
  }

  private Iterable<ByteString> stdin(Call call, String container, AttachRequest request) {
    return switch (request.getMessageCase()) {
      case STDIN -> List.of(Messages.bytes(request.getStdin()));
      case RESIZE -> {
        // A size that comes before the start or after the end is of no use to anybody: not an
        // error.
        var size = request.getResize();
        containers.resize(call.caller(), container, Messages.height(size), Messages.width(size));
        yield List.of();
      }
      case OPTIONS, MESSAGE_NOT_SET -> List.of();
    };
  }

  private static AttachResponse output(Attachment.Chunk chunk) {
    var bytes = Messages.bytes(chunk.data());
    return switch (chunk.stream()) {
      case STDOUT -> AttachResponse.newBuilder().setStdout(bytes).build();
      case STDERR -> AttachResponse.newBuilder().setStderr(bytes).build();
    };
  }
}
