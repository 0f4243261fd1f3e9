package io.gantry.agent.docker;

import akka.NotUsed;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers;
import io.gantry.agent.Containers.ConsoleSize;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.ExecJson;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.Resources;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.Exec;
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

  /**
   * The headers go out before the command runs, as dockerd sends them: docker-py loses output that
   * comes with them. What can be known to fail is an error of HTTP; after that it is output.
   */
  private CompletionStage<HttpResponse> start(Call call, JsonObject body) {
    var detach = body.is("Detach");
    var exec = Replies.require(containers.inspectExec(call.path("id")));
    var early = !detach && mayStart(exec);
    var started = containers.startExec(call.caller(), exec.getId(), detach, size(body));
    if (!early) {
      return started.thenApply(
          outcome ->
              Replies.reply(
                  outcome,
                  attachment ->
                      attachment
                          .map(live -> StdioRoutes.stdio(call, live))
                          .orElseGet(() -> Answers.empty(200))));
    }
    var tty = exec.getSpec().getTty();
    var stdio =
        Flow.completionStageFlow(
            started.thenApply(
                outcome ->
                    switch (outcome) {
                      case Outcome.Done<Optional<Attachment>>(var live) -> stdio(live);
                      case Outcome.Unchanged<Optional<Attachment>>(var live) -> stdio(live);
                      case Outcome.Refused<Optional<Attachment>>(_, var message) ->
                          said(tty, message);
                    }));
    return Answers.now(Answers.hijack(StdioRoutes.streamType(call, tty), stdio));
  }

  private boolean mayStart(Exec exec) {
    return !exec.getRunning()
        && !exec.hasExitCode()
        && Replies.require(containers.inspect(exec.getContainerId())).getStatus().getState()
            == ContainerState.RUNNING;
  }

  private static Flow<ByteString, ByteString, NotUsed> stdio(Optional<Attachment> live) {
    return live.map(StdioRoutes::bytes)
        .orElseGet(() -> Flow.fromSinkAndSource(Sink.ignore(), Source.empty()));
  }

  /** An error as the command's output. */
  private static Flow<ByteString, ByteString, NotUsed> said(boolean tty, String message) {
    var line = ByteString.fromString(message + "\r\n");
    return Flow.fromSinkAndSource(
        Sink.ignore(), Source.single(tty ? line : Frames.frame(Containers.Stream.STDOUT, line)));
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
