package io.gantry.cluster.remote;

import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.gantry.agent.Attachment;
import io.gantry.agent.Attachment.Chunk;
import io.gantry.agent.Caller;
import io.gantry.agent.Containers;
import io.gantry.agent.Outcome;
import io.gantry.cluster.peer.PeerMethod;
import io.gantry.protocol.v1.AttachOptions;
import io.gantry.protocol.v1.AttachRequest;
import io.gantry.protocol.v1.AttachResponse;
import io.gantry.protocol.v1.ConsoleSize;
import io.gantry.protocol.v1.StartExecOptions;
import io.gantry.protocol.v1.StartExecRequest;
import io.gantry.protocol.v1.StartExecResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Stdio of processes of another host: one HTTP/2 stream each, whose two directions hold each other
 * up only as far as the process does.
 */
record RemoteStdio(RemoteHost host) {
  static ConsoleSize size(int height, int width) {
    return ConsoleSize.newBuilder().setHeight(height).setWidth(width).build();
  }

  CompletionStage<Outcome<Attachment>> attach(
      Caller caller, String reference, Containers.AttachOptions options) {
    // To the other host neither means both.
    var output = options.stdout() || options.stderr();
    var first =
        AttachRequest.newBuilder()
            .setOptions(
                AttachOptions.newBuilder()
                    .setContainer(reference)
                    .setLogs(options.logs())
                    .setLogsOnly(!options.stream())
                    .setStdin(options.stdin())
                    .setStdout(options.stdout())
                    .setStderr(options.stderr())
                    .setDetachKeys(options.detachKeys().orElse("")))
            .build();
    return talk(
        caller,
        Methods.Containers.ATTACH,
        first,
        bytes -> AttachRequest.newBuilder().setStdin(bytes).build(),
        response -> response.getAttached().getTty(),
        response -> output ? chunk(response) : List.of());
  }

  CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<Containers.ConsoleSize> size) {
    var options = StartExecOptions.newBuilder().setExecId(execId).setDetach(detach);
    size.ifPresent(given -> options.setSize(size(given.height(), given.width())));
    var first = StartExecRequest.newBuilder().setOptions(options).build();
    if (detach) {
      return host.open(caller, Methods.Containers.START_EXEC, Source.single(first))
          .thenApply(
              outcome ->
                  outcome.map(
                      parts -> {
                        parts.second().runWith(Sink.ignore(), host.system());
                        return Optional.empty();
                      }));
    }
    return talk(
            caller,
            Methods.Containers.START_EXEC,
            first,
            bytes -> StartExecRequest.newBuilder().setStdin(bytes).build(),
            response -> response.getStarted().getTty(),
            RemoteStdio::chunk)
        .thenApply(outcome -> outcome.map(Optional::of));
  }

  /** Begins with {@code first}; what is typed follows it, also before the answer. */
  private <I, O> CompletionStage<Outcome<Attachment>> talk(
      Caller caller,
      PeerMethod<I, O> method,
      I first,
      Function<com.google.protobuf.ByteString, I> stdin,
      Predicate<O> tty,
      Function<O, List<Chunk>> output) {
    var input = Source.<ByteString>asSubscriber().preMaterialize(host.system());
    var requests =
        Source.single(first).concat(input.second().map(bytes -> stdin.apply(message(bytes))));
    return host.open(caller, method, requests)
        .thenApply(
            outcome ->
                outcome.map(
                    parts ->
                        new Attachment(
                            tty.test(parts.first()),
                            Flow.fromSinkAndSource(
                                Sink.fromSubscriber(input.first()),
                                parts.second().mapConcat(output::apply)))));
  }

  private static com.google.protobuf.ByteString message(ByteString bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.toArrayUnsafe());
  }

  private static List<Chunk> chunk(AttachResponse response) {
    return switch (response.getMessageCase()) {
      case STDOUT -> List.of(chunk(Containers.Stream.STDOUT, response.getStdout()));
      case STDERR -> List.of(chunk(Containers.Stream.STDERR, response.getStderr()));
      case ATTACHED, MESSAGE_NOT_SET -> List.of();
    };
  }

  private static List<Chunk> chunk(StartExecResponse response) {
    return switch (response.getMessageCase()) {
      case STDOUT -> List.of(chunk(Containers.Stream.STDOUT, response.getStdout()));
      case STDERR -> List.of(chunk(Containers.Stream.STDERR, response.getStderr()));
      case STARTED, MESSAGE_NOT_SET -> List.of();
    };
  }

  private static Chunk chunk(Containers.Stream stream, com.google.protobuf.ByteString bytes) {
    return new Chunk(stream, ByteString.fromArrayUnsafe(bytes.toByteArray()));
  }
}
