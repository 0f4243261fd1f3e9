package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Builds;
import io.gantry.agent.Builds.Output;
import io.gantry.agent.Outcome;
import io.gantry.agent.Prunes;
import io.gantry.agent.docker.json.Messages;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /build} and what belongs to it. There is no {@code /session} and no {@code /grpc}: by
 * that, clients know an engine without BuildKit and go on with the classic builder.
 */
final class BuildRoutes {

  private static final Set<String> FILTERS =
      Set.of(
          "until",
          "unused-for",
          "id",
          "parent",
          "type",
          "description",
          "inuse",
          "shared",
          "private");

  private final Builds builds;
  private final Prunes prunes;
  private final InstantSource clock;

  BuildRoutes(Builds builds, Prunes prunes, InstantSource clock) {
    this.builds = builds;
    this.prunes = prunes;
    this.clock = clock;
  }

  void addTo(Router router) {
    router
        .post("/build", this::build)
        .post("/build/prune", this::prune)
        .post("/build/cancel", this::cancel);
  }

  private CompletionStage<HttpResponse> build(Call call) {
    var request = BuildRequest.read(call);
    return builds
        .build(call.caller(), request, call.body().input(call.materializer()))
        .thenCompose(outcome -> answer(call, outcome));
  }

  private static CompletionStage<HttpResponse> answer(
      Call call, Outcome<Source<Output, akka.NotUsed>> outcome) {
    return switch (outcome) {
      case Outcome.Refused<Source<Output, akka.NotUsed>> refused ->
          Answers.now(Answers.refusal(Refusal.of(refused)));
      case Outcome.Unchanged<Source<Output, akka.NotUsed>>(var output) -> told(call, output);
      case Outcome.Done<Source<Output, akka.NotUsed>>(var output) -> told(call, output);
    };
  }

  private static CompletionStage<HttpResponse> told(
      Call call, Source<Output, akka.NotUsed> output) {
    var whileThere = output.via(call.client().untilGone().flow());
    if (call.flag("q")) {
      return whileThere
          .runWith(Sink.fold(new QuietBuild(), QuietBuild::with), call.materializer())
          .thenApply(quiet -> Answers.stream(Answers.JSON, Source.from(quiet.messages())));
    }
    return Answers.now(Answers.stream(Answers.JSON, whileThere.mapConcat(BuildRoutes::messages)));
  }

  private static List<ByteString> messages(Output output) {
    return switch (output) {
      case Output.Text(var text) -> List.of(Messages.stream(text));
      case Output.Pulling(var transfer) -> List.of(RegistryRoutes.line(transfer));
      case Output.Made(var imageId) -> List.of(Messages.made(imageId));
      case Output.Succeeded(var imageId, var names) -> succeeded(imageId, names);
      case Output.Failed(var code, var message) -> List.of(Messages.error(code, message));
    };
  }

  private static List<ByteString> succeeded(String imageId, List<String> names) {
    var messages = new java.util.ArrayList<ByteString>();
    var shown = imageId.substring(imageId.indexOf(':') + 1).substring(0, 12);
    messages.add(Messages.stream("Successfully built %s\n".formatted(shown)));
    names.forEach(
        name -> messages.add(Messages.stream("Successfully tagged %s\n".formatted(name))));
    return messages;
  }

  private CompletionStage<HttpResponse> cancel(Call call) {
    var id = call.given("id").orElseThrow(() -> Refusal.invalid("build ID not provided"));
    builds.cancel(call.caller(), id);
    return Answers.now(Answers.empty(200));
  }

  private CompletionStage<HttpResponse> prune(Call call) {
    var filters = Filters.parse(call.query("filters"), FILTERS);
    FILTERS.forEach(name -> one(filters, name));
    var prune =
        new Builds.Prune(
            call.flag("all"),
            one(filters, "until").or(() -> one(filters, "unused-for")).map(this::since),
            call.given("keep-storage")
                .or(() -> call.given("reserved-space"))
                .map(BuildRoutes::bytes)
                .orElse(0L),
            new Builds.CacheChoice(
                one(filters, "id"),
                one(filters, "parent"),
                one(filters, "type"),
                one(filters, "description"),
                yes(filters, "inuse"),
                yes(filters, "shared").or(() -> yes(filters, "private").map(yes -> !yes))));
    return builds.prune(call.caller(), prune).thenCompose(outcome -> noted(call, outcome));
  }

  private static Optional<String> one(Filters filters, String name) {
    var values = filters.get(name);
    if (values.size() > 1) {
      throw Refusal.invalid("failed to prune build cache: filters expect only one value");
    }
    return values.stream().findFirst();
  }

  private static Optional<Boolean> yes(Filters filters, String name) {
    return one(filters, name)
        .map(
            text ->
                switch (text.toLowerCase(Locale.ROOT)) {
                  case "true", "1" -> true;
                  case "false", "0" -> false;
                  case String other ->
                      throw Refusal.invalid("invalid filter '%s=[%s]'".formatted(name, other));
                });
  }

  private CompletionStage<HttpResponse> noted(Call call, Outcome<Builds.Pruned> outcome) {
    var pruned = Replies.require(outcome);
    return Replies.reply(
        prunes.note(call.caller(), Prunes.Kind.BUILDER, pruned.bytes()),
        _ ->
            Answers.json(
                200,
                json ->
                    json.object(
                        () -> {
                          json.array("CachesDeleted", () -> pruned.ids().forEach(json::value));
                          json.number("SpaceReclaimed", pruned.bytes());
                        })));
  }

  private static long bytes(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Refusal.invalid("keep-storage is in bytes and expects an integer, got " + text);
    }
  }

  /** How long ago that was. */
  private Duration since(String text) {
    var now = clock.instant();
    return Duration.between(Timestamps.parse("until", text, now), now);
  }
}
