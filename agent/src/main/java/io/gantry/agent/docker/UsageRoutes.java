package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Source;
import io.gantry.agent.Containers;
import io.gantry.agent.Stats;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.agent.docker.json.StatsJson;
import io.gantry.protocol.v1.Container;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What a container does now: processes and consumption. */
final class UsageRoutes {
  private final Containers containers;

  UsageRoutes(Containers containers) {
    this.containers = containers;
  }

  void addTo(Router router) {
    router.get("/containers/{id}/top", this::top).get("/containers/{id}/stats", this::stats);
  }

  private CompletionStage<HttpResponse> top(Call call) {
    var arguments =
        call.given("ps_args").map(text -> List.of(text.strip().split("\\s+"))).orElse(List.of());
    return Replies.reply(
        containers.top(call.caller(), call.path("id"), arguments),
        table ->
            Answers.json(
                200,
                json ->
                    json.object(
                        () -> {
                          json.texts("Titles", table.titles());
                          json.array(
                              "Processes",
                              table.rows(),
                              row -> json.array(() -> row.forEach(json::value)));
                        })));
  }

  /**
   * A rate needs two samples: each answer carries its predecessor's CPU times. A single answer
   * therefore waits for a second sample, unless one-shot says it shall not.
   */
  private CompletionStage<HttpResponse> stats(Call call) {
    var container = Replies.require(containers.inspect(call.path("id")));
    var stream = call.flag("stream", true);
    var oneShot = call.flag("one-shot") && !stream;
    var samples = Replies.require(containers.stats(container.getId(), stream || !oneShot, oneShot));
    var pairs =
        samples.statefulMap(
            Optional::<Stats>empty,
            (previous, sample) ->
                akka.japi.Pair.create(Optional.of(sample), new Two(previous, sample)),
            _ -> Optional.empty());
    if (stream) {
      return Answers.now(
          Answers.stream(
              Answers.JSON,
              pairs
                  .map(two -> JsonWriter.line(json -> write(json, container, two)))
                  .via(call.client().untilGone().flow())));
    }
    return last(call, oneShot ? pairs.take(1) : pairs.take(2))
        .thenApply(
            two ->
                two.map(found -> Answers.json(200, json -> write(json, container, found)))
                    .orElseGet(() -> Answers.error(404, "No such container: " + call.path("id"))));
  }

  private record Two(Optional<Stats> previous, Stats current) {}

  private static CompletionStage<Optional<Two>> last(Call call, Source<Two, ?> pairs) {
    return pairs
        .map(Optional::of)
        .runFold(Optional.<Two>empty(), (_, next) -> next, call.materializer());
  }

  private static void write(JsonWriter json, Container container, Two two) {
    StatsJson.write(json, container.getId(), container.getName(), two.previous(), two.current());
  }
}
