package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Containers;
import io.gantry.agent.Containers.WaitCondition;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.ContainerRequest;
import io.gantry.agent.docker.json.HostUpdate;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.protocol.ErrorKind;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** What changes a container: create to remove, and wait. */
final class LifecycleRoutes {
  private static final Pattern NAME = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+");

  private final Containers containers;

  LifecycleRoutes(Containers containers) {
    this.containers = containers;
  }

  void addTo(Router router) {
    router
        .post("/containers/create", this::create)
        .post("/containers/{id}/start", this::start)
        .post("/containers/{id}/stop", this::stop)
        .post("/containers/{id}/restart", this::restart)
        .post("/containers/{id}/kill", this::kill)
        .post(
            "/containers/{id}/pause",
            call -> Replies.noContent(containers.pause(call.caller(), call.path("id"))))
        .post(
            "/containers/{id}/unpause",
            call ->
                Replies.noContent(
                    containers
                        .unpause(call.caller(), call.path("id"))
                        .thenApply(LifecycleRoutes::notPaused)))
        .post("/containers/{id}/rename", this::rename)
        .post("/containers/{id}/update", this::update)
        .post("/containers/{id}/wait", this::await)
        .delete("/containers/{id}", this::remove);
  }

  private CompletionStage<HttpResponse> create(Call call) {
    var name = call.given("name");
    if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
      throw Refusal.invalid(
          "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
              .formatted(name.get()));
    }
    return call.json()
        .thenApply(JsonObject::parse)
        .thenApply(LifecycleRoutes::notEmpty)
        .thenApply(body -> ContainerRequest.read(body, call.query("platform").orElse("")))
        .thenApply(spec -> OlderClients.spec(call.version(), spec))
        .thenCompose(
            spec -> containers.create(call.caller(), name.map(LifecycleRoutes::withoutSlash), spec))
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    created ->
                        Answers.json(
                            201,
                            json ->
                                json.object(
                                    () -> {
                                      json.text("Id", created.container().getId());
                                      json.texts("Warnings", created.warnings());
                                    }))));
  }

  private static JsonObject notEmpty(JsonObject body) {
    if (body.names().isEmpty()) {
      throw Refusal.invalid("config cannot be empty in order to create a container");
    }
    return body;
  }

  private static String withoutSlash(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private CompletionStage<HttpResponse> start(Call call) {
    return Replies.noContentOrNotModified(containers.start(call.caller(), call.path("id")));
  }

  private CompletionStage<HttpResponse> stop(Call call) {
    return Replies.noContentOrNotModified(
        containers.stop(call.caller(), call.path("id"), call.given("signal"), grace(call)));
  }

  private CompletionStage<HttpResponse> restart(Call call) {
    return Replies.noContent(
        containers.restart(call.caller(), call.path("id"), call.given("signal"), grace(call)));
  }

  private static OptionalInt grace(Call call) {
    return call.number("t");
  }

  private CompletionStage<HttpResponse> kill(Call call) {
    return containers
        .kill(call.caller(), call.path("id"), call.query("signal").orElse(""))
        .thenApply(outcome -> named("cannot kill container: " + call.path("id"), outcome))
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(204)));
  }

  /** A refusal that says first what was tried. */
  private static <T> Outcome<T> named(String attempt, Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Refused<T>(var kind, var message) when !message.startsWith(attempt) ->
          Outcome.refused(kind, attempt + ": " + message);
      case Outcome.Refused<T> refused -> refused;
      case Outcome.Done<T> done -> done;
      case Outcome.Unchanged<T> unchanged -> unchanged;
    };
  }

  /** Docker knows no conflict here. */
  private static <T> Outcome<T> notPaused(Outcome<T> outcome) {
    return outcome instanceof Outcome.Refused<T>(var kind, var message)
            && kind == ErrorKind.CONFLICT
        ? Outcome.refused(ErrorKind.INTERNAL, message)
        : outcome;
  }

  private CompletionStage<HttpResponse> rename(Call call) {
    var name = withoutSlash(call.query("name").orElse(""));
    if (name.isEmpty()) {
      throw Refusal.invalid("Neither old nor new names may be empty");
    }
    return Replies.noContent(containers.rename(call.caller(), call.path("id"), name));
  }

  private CompletionStage<HttpResponse> update(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body ->
                containers.update(
                    call.caller(),
                    call.path("id"),
                    HostUpdate.resources(body),
                    HostUpdate.restartPolicy(body)))
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    updated ->
                        Answers.json(
                            200,
                            json ->
                                json.object(
                                    () ->
                                        json.textsOrNull(
                                            "Warnings", updated.getStatus().getWarningsList())))));
  }

  private CompletionStage<HttpResponse> remove(Call call) {
    if (call.flag("link")) {
      throw Refusal.invalid("legacy container links cannot be removed: there are none");
    }
    return Replies.noContent(
        containers.remove(call.caller(), call.path("id"), call.flag("force"), call.flag("v")));
  }

  /**
   * Since 1.30 the headers tell that the wait is registered: the CLI starts the container only
   * then. Before, nothing is sent until the end, and there is one condition only.
   */
  private CompletionStage<HttpResponse> await(Call call) {
    var early = call.version().atLeast(1, 30);
    var condition = early ? condition(call.query("condition")) : WaitCondition.NOT_RUNNING;
    return containers
        .await(call.path("id"), condition)
        .thenCompose(
            outcome -> {
              var pending = Replies.require(outcome);
              if (!early) {
                return pending
                    .exit()
                    .thenApply(result -> Answers.json(200, exit(condition, result)));
              }
              var source =
                  pending
                      .result()
                      .map(result -> exit(condition, result))
                      .map(body -> JsonWriter.render(body).concat(NEWLINE))
                      .via(call.client().untilGone().flow());
              return Answers.now(Answers.stream(Answers.JSON, source));
            });
  }

  private static final akka.util.ByteString NEWLINE = akka.util.ByteString.fromString("\n");

  /** Of a container that is gone only the code is told: why it did not start, start has said. */
  private static JsonWriter.Body exit(WaitCondition condition, Containers.ExitResult result) {
    return json ->
        json.object(
            () -> {
              json.number("StatusCode", result.code());
              if (!result.error().isEmpty() && condition != WaitCondition.REMOVED) {
                json.object("Error", () -> json.text("Message", result.error()));
              }
            });
  }

  private static WaitCondition condition(Optional<String> text) {
    return switch (text.orElse("").toLowerCase(Locale.ROOT)) {
      case "", "not-running" -> WaitCondition.NOT_RUNNING;
      case "next-exit" -> WaitCondition.NEXT_EXIT;
      case "removed" -> WaitCondition.REMOVED;
      default -> throw Refusal.invalid("invalid condition: \"%s\"".formatted(text.orElse("")));
    };
  }
}
