package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers;
import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecBegun;
import io.gantry.protocol.v1.ExecDetachedRequest;
import io.gantry.protocol.v1.ExecExited;
import io.gantry.protocol.v1.ExecRequest;
import io.gantry.protocol.v1.ExecResponse;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ExecStart;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** ContainerService.Exec and ExecDetached. */
record ExecCalls(Containers containers, Calls calls) {
  /**
   * From the end of the output until the exit is recorded. Longer: the caller has typed the detach
   * keys.
   */
  private static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  private static final Duration EXIT_POLL = Duration.ofMillis(5);

  CompletionStage<Exec> detached(Call call, ExecDetachedRequest request) {
    return call.value(
            containers.createExec(call.caller(), request.getContainer(), request.getSpec()))
        .thenCompose(
            exec ->
                call.value(
                        containers.startExec(
                            call.caller(), exec.getId(), true, size(request.getSpec())))
                    .thenApply(_ -> call.value(containers.inspectExec(exec.getId()))));
  }

  Source<ExecResponse, NotUsed> exec(Call call, Source<ExecRequest, NotUsed> requests) {
    return requests.via(
        Flow.<ExecRequest>create().flatMapPrefix(1, prefix -> session(call, prefix)));
  }

  private Flow<ExecRequest, ExecResponse, NotUsed> session(
      Call call, Iterable<ExecRequest> prefix) {
    var first = prefix.iterator();
    var request = first.hasNext() ? first.next() : ExecRequest.getDefaultInstance();
    if (!request.hasStart()) {
      throw call.invalid("the first message of Exec holds no start");
    }
    return Flow.completionStageFlow(begin(call, request.getStart()))
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private CompletionStage<Flow<ExecRequest, ExecResponse, NotUsed>> begin(
      Call call, ExecStart start) {
    return call.value(containers.createExec(call.caller(), start.getContainer(), start.getSpec()))
        .thenCompose(
            exec ->
                call.value(
                    containers.startExec(call.caller(), exec.getId(), false, size(start.getSpec())),
                    attachment -> talk(call, exec, attachment)));
  }

  private static Optional<Containers.ConsoleSize> size(ExecSpec spec) {
    if (spec.getConsoleHeight() == 0 || spec.getConsoleWidth() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Containers.ConsoleSize(
            Messages.clamped(spec.getConsoleHeight()), Messages.clamped(spec.getConsoleWidth())));
  }

  private Flow<ExecRequest, ExecResponse, NotUsed> talk(
      Call call, Exec exec, Optional<Attachment> attachment) {
    var begun =
        ExecResponse.newBuilder()
            .setStarted(
                ExecBegun.newBuilder().setExecId(exec.getId()).setTty(exec.getSpec().getTty()))
            .build();
    return input(call, exec)
        .via(attachment.map(Attachment::stdio).orElseGet(ExecCalls::nothing))
        .map(ExecCalls::output)
        .prepend(Source.single(begun))
        .concat(exited(exec.getId()));
  }

  private static Flow<ByteString, Attachment.Chunk, NotUsed> nothing() {
    return Flow.fromSinkAndSource(Sink.ignore(), Source.empty());
  }

  private Flow<ExecRequest, ByteString, NotUsed> input(Call call, Exec exec) {
    var bytes = Flow.<ExecRequest>create().mapConcat(request -> stdin(call, exec.getId(), request));
    // Without stdin the caller's half-close means nothing, and must not reach the process.
    return exec.getSpec().getAttachStdin()
        ? bytes
        : bytes.filter(_ -> false).concat(Source.maybe());
  }

  private Iterable<ByteString> stdin(Call call, String execId, ExecRequest request) {
    return switch (request.getMessageCase()) {
      case STDIN -> List.of(Messages.bytes(request.getStdin()));
      case RESIZE -> {
        var size = request.getResize();
        containers.resizeExec(call.caller(), execId, Messages.height(size), Messages.width(size));
        yield List.of();
      }
      case START, MESSAGE_NOT_SET -> List.of();
    };
  }

  private static ExecResponse output(Attachment.Chunk chunk) {
    var bytes = Messages.bytes(chunk.data());
    return switch (chunk.stream()) {
      case STDOUT -> ExecResponse.newBuilder().setStdout(bytes).build();
      case STDERR -> ExecResponse.newBuilder().setStderr(bytes).build();
    };
  }

  /** The exit code as soon as it is known; nothing when the command goes on without this caller. */
  private Source<ExecResponse, NotUsed> exited(String execId) {
    return Source.lazySource(
            () ->
                Source.tick(Duration.ZERO, EXIT_POLL, execId)
                    .mapAsync(1, id -> calls.read(() -> containers.inspectExec(id)))
                    .takeWithin(EXIT_GRACE)
                    .mapConcat(ExecCalls::exitCode)
                    .take(1))
        .map(
            code ->
                ExecResponse.newBuilder().setExited(ExecExited.newBuilder().setCode(code)).build())
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static Iterable<Integer> exitCode(Outcome<Exec> known) {
    return switch (known) {
      case Outcome.Done<Exec>(var exec) -> ended(exec);
      case Outcome.Unchanged<Exec>(var exec) -> ended(exec);
      case Outcome.Refused<Exec> _ -> List.of();
    };
  }

  private static Iterable<Integer> ended(Exec exec) {
    return exec.hasExitCode() && !exec.getRunning() ? List.of(exec.getExitCode()) : List.of();
  }
}
