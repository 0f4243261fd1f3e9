package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Volumes;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.VolumeJson;
import io.gantry.protocol.v1.Volume;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Volumes. Pruning them is {@link PruneRoutes}'. */
final class VolumeRoutes {
  private static final Set<String> FILTERS = Set.of("dangling", "driver", "label", "name");

  private final Volumes volumes;

  VolumeRoutes(Volumes volumes) {
    this.volumes = volumes;
  }

  void addTo(Router router) {
    router
        .get("/volumes", this::list)
        .post("/volumes/create", this::create)
        .get("/volumes/{name}", this::inspect)
        .delete("/volumes/{name}", this::remove);
  }

  private CompletionStage<HttpResponse> list(Call call) {
    var filters = Filters.parse(call.given("filters"), FILTERS);
    var dangling = filters.bool("dangling");
    var chosen =
        volumes.list().stream()
            .filter(
                volume ->
                    dangling.map(wanted -> wanted == (volume.getUsedByCount() == 0)).orElse(true))
            .filter(volume -> filters.any("driver", VolumeJson.driver(volume)::equals))
            .filter(volume -> filters.matches("name", volume.getSpec().getName()))
            .filter(volume -> filters.labels("label", volume.getSpec().getLabelsMap()))
            .sorted(Comparator.comparing((Volume volume) -> volume.getSpec().getName()))
            .toList();
    return Answers.now(
        Answers.json(
            200,
            json ->
                json.object(
                    () -> {
                      json.array(
                          "Volumes",
                          chosen,
                          volume -> VolumeJson.write(json, volume, OptionalLong.empty()));
                      json.nothing("Warnings");
                    })));
  }

  private CompletionStage<HttpResponse> create(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenApply(VolumeJson::read)
        .thenCompose(spec -> volumes.create(call.caller(), spec))
        .thenApply(outcome -> Replies.reply(outcome, volume -> one(201, volume)));
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    return Answers.now(
        Replies.reply(volumes.inspect(call.path("name")), volume -> one(200, volume)));
  }

  private static HttpResponse one(int status, Volume volume) {
    return Answers.json(status, json -> VolumeJson.write(json, volume, OptionalLong.empty()));
  }

  private CompletionStage<HttpResponse> remove(Call call) {
    return Replies.noContent(volumes.remove(call.caller(), call.path("name"), call.flag("force")));
  }
}
