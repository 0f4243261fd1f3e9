package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.agent.docker.json.Messages;
import io.gantry.protocol.ErrorKind;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Images between this engine and registries. */
final class RegistryRoutes {
  private final Registries registries;

  RegistryRoutes(Registries registries) {
    this.registries = registries;
  }

  void addTo(Router router) {
    router
        .post("/auth", this::login)
        .post("/images/{name...}/push", this::push)
        .get("/images/search", this::search)
        .get("/distribution/{name...}/json", this::describe);
  }

  private CompletionStage<HttpResponse> login(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(body -> registries.login(RegistryAuth.read(body)))
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    token ->
                        Answers.json(
                            200,
                            json ->
                                json.object(
                                    () -> {
                                      json.text("IdentityToken", token);
                                      json.text("Status", "Login Succeeded");
                                    }))));
  }

  private CompletionStage<HttpResponse> push(Call call) {
    var repository = call.path("name");
    var tag = call.given("tag");
    var push =
        new Registries.Push(
            tag.map(text -> repository + ":" + text).orElse(repository),
            tag.isEmpty() && !hasTag(repository),
            RegistryAuth.of(call));
    return stream(call, registries.push(call.caller(), push));
  }

  private CompletionStage<HttpResponse> search(Call call) {
    var filter = SearchFilter.of(call);
    return Replies.reply(
        registries.search(call.query("term").orElse(""), filter.limit(), RegistryAuth.of(call)),
        found ->
            Answers.json(
                200,
                json ->
                    json.array(
                        () -> found.stream().filter(filter).forEach(one -> write(json, one)))));
  }

  private static void write(JsonWriter json, Registries.Found found) {
    json.object(
        () -> {
          json.number("star_count", found.stars());
          json.flag("is_official", found.official());
          json.text("name", found.name());
          json.flag("is_automated", found.automated());
          json.text("description", found.description());
        });
  }

  private CompletionStage<HttpResponse> describe(Call call) {
    return Replies.reply(
        registries.describe(call.path("name"), RegistryAuth.of(call)),
        described ->
            Answers.json(
                200,
                json ->
                    json.object(
                        () -> {
                          json.object(
                              "Descriptor",
                              () -> {
                                json.text("mediaType", described.mediaType());
                                json.text("digest", described.digest());
                                json.number("size", described.size());
                              });
                          json.array(
                              "Platforms",
                              described.platforms(),
                              platform -> writePlatform(json, platform));
                        })));
  }

  private static void writePlatform(JsonWriter json, String platform) {
    var parts = platform.split("/", 3);
    json.object(
        () -> {
          json.text("architecture", parts.length > 1 ? parts[1] : "");
          json.text("os", parts[0]);
          json.textIfGiven("variant", parts.length > 2 ? parts[2] : "");
        });
  }

  CompletionStage<HttpResponse> pull(Call call) {
    var reference = call.query("fromImage").orElse("");
    var tag = call.given("tag");
    var pull =
        new Registries.Pull(
            tag.map(text -> reference + (text.contains(":") ? "@" : ":") + text).orElse(reference),
            tag.isEmpty() && !reference.contains("@") && !hasTag(reference),
            call.query("platform").orElse(""),
            RegistryAuth.of(call));
    return stream(call, registries.pull(call.caller(), pull));
  }

  private static boolean hasTag(String reference) {
    return reference.lastIndexOf(':') > reference.lastIndexOf('/');
  }

  /**
   * As with dockerd, what fails before anything is said is an answer of its own; later it is the
   * last line of the stream. A client that goes away ends what it has asked for.
   */
  private static <T> CompletionStage<HttpResponse> stream(
      Call call, Source<Transfer, CompletionStage<Outcome<T>>> transfer) {
    var running =
        transfer.via(call.client().untilGone().flow()).preMaterialize(call.materializer());
    var outcome = running.first().exceptionally(RegistryRoutes::failed);
    return running
        .second()
        .prefixAndTail(1)
        .runWith(Sink.head(), call.materializer())
        .thenCompose(
            parts -> {
              if (parts.first().isEmpty()) {
                return outcome.thenApply(
                    ended ->
                        Replies.reply(ended, _ -> Answers.stream(Answers.JSON, Source.empty())));
              }
              var told = Source.from(parts.first()).concat(parts.second());
              return Answers.now(
                  Answers.stream(
                      Answers.JSON,
                      told.map(RegistryRoutes::line)
                          .concat(Source.completionStage(outcome).mapConcat(RegistryRoutes::end))));
            });
  }

  private static <T> Outcome<T> failed(Throwable failure) {
    return Outcome.refused(ErrorKind.INTERNAL, String.valueOf(failure.getMessage()));
  }

  private static <T> List<ByteString> end(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Refused<T>(var kind, var message) ->
          List.of(Messages.error(kind.httpStatus(), message));
      case Outcome.Done<T> _, Outcome.Unchanged<T> _ -> List.of();
    };
  }

  static ByteString line(Transfer told) {
    return switch (told) {
      case Transfer.Said(var id, var text) -> Messages.status(id, text);
      case Transfer.Step(var id, var action, var current, var total) ->
          Messages.progress(id, action, current, total);
      case Transfer.Pushed(var tag, var digest, var size) -> Messages.pushed(tag, digest, size);
    };
  }
}
