package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Containers;
import io.gantry.agent.Containers.ConsoleSize;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.ExecJson;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.Resources;
import io.gantry.protocol.ErrorKind;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Commands in running containers. */
final class ExecRoutes {
  private final Containers containers;

  ExecRoutes(Containers containers) {
    this.containers = containers;
  }

  void addTo(Router router) {
    router
        .post("/containers/{id}/exec", this::create)
        .post("/exec/{id}/start", this::start)
        .post("/exec/{id}/resize", this::resize)
        .get("/exec/{id}/json", this::inspect);
  }

  private CompletionStage<HttpResponse> create(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenApply(ExecJson::read)
        .thenCompose(
            spec -> {
              if (spec.getCommandCount() == 0) {
                throw Refusal.invalid("No exec command specified");
              }
              return containers.createExec(call.caller(), call.path("id"), spec);
            })
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    exec ->
                        Answers.json(
                            201, json -> json.object(() -> json.text("Id", exec.getId())))));
  }

  /** Not detached, the connection becomes the command's, as with attach. */
  private CompletionStage<HttpResponse> start(Call call) {
    return call.json().thenApply(JsonObject::parseOrEmpty).thenCompose(body -> start(call, body));
  }

  private CompletionStage<HttpResponse> start(Call call, JsonObject body) {
    var detach = body.is("Detach");
    var exec = Replies.require(containers.inspectExec(call.path("id")));
    return containers
        .startExec(call.caller(), call.path("id"), detach, size(body))
        .thenApply(
            outcome ->
                outcome instanceof Outcome.Refused<?>(var kind, var message)
                        && !detach
                        && isTheRuntimes(kind)
                    ? failed(call, exec.getSpec().getTty(), message)
                    : Replies.reply(
                        outcome,
                        attachment ->
                            attachment
                                .map(live -> StdioRoutes.stdio(call, live))
                                .orElseGet(() -> Answers.empty(200))));
  }

  /** The container was fit for a command, but this one could not be started in it. */
  private static boolean isTheRuntimes(ErrorKind kind) {
    return kind == ErrorKind.INVALID || kind == ErrorKind.INTERNAL;
  }

  /**
   * As Docker has it, why a command could not be started is all that the connection carries: the
   * client prints it, then reads the exit code (126 or 127) from the inspection.
   */
  private static HttpResponse failed(Call call, boolean tty, String message) {
    var line = ByteString.fromString(message + "\r\n");
    return Answers.hijack(
        StdioRoutes.streamType(call, tty),
        Flow.fromSinkAndSourceCoupled(
            Sink.ignore(), Source.single(tty ? line : Frames.frame(Stream.STDOUT, line))));
  }

  private static Optional<ConsoleSize> size(JsonObject body) {
    var size = Resources.consoleSize(body, "ConsoleSize");
    return size.height() == 0 && size.width() == 0 ? Optional.empty() : Optional.of(size);
  }

  private CompletionStage<HttpResponse> resize(Call call) {
    return Replies.reply(
        containers.resizeExec(
            call.caller(),
            call.path("id"),
            StdioRoutes.size(call, "h"),
            StdioRoutes.size(call, "w")),
        _ -> Answers.empty(200));
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    return Answers.now(
        Replies.reply(
            containers.inspectExec(call.path("id")),
            exec -> Answers.json(200, json -> ExecJson.write(json, exec))));
  }
}
