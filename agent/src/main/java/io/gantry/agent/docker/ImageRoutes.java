package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.agent.Images;
import io.gantry.agent.Images.Removal;
import io.gantry.agent.docker.json.ImageJson;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.protocol.v1.Image;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Images as the host has them. Moving their bytes is {@link ImageTransferRoutes}'. */
final class ImageRoutes {
  private static final Comparator<Image> NEWEST_FIRST =
      Comparator.<Image>comparingLong(image -> image.getCreated().getSeconds())
          .reversed()
          .thenComparing(Image::getId);

  private final Engine engine;
  private final Images images;

  ImageRoutes(Engine engine) {
    this.engine = engine;
    this.images = engine.images();
  }

  void addTo(Router router) {
    router
        .get("/images/json", this::list)
        .get("/images/{name...}/json", this::inspect)
        .get("/images/{name...}/history", this::history)
        .post("/images/{name...}/tag", this::tag)
        .delete("/images/{name...}", this::remove);
  }

  private CompletionStage<HttpResponse> list(Call call) {
    var filter = ImageFilter.parse(call, images);
    var all = images.list();
    var hidden = call.flag("all") ? Set.<String>of() : Intermediates.of(all);
    var shared = call.flag("shared-size") ? images.sharedBytes() : Map.<String, Long>of();
    var chosen =
        all.stream()
            .filter(image -> !hidden.contains(image.getId()))
            .filter(filter)
            .sorted(NEWEST_FIRST)
            .toList();
    var emptyNames = call.version().atLeast(1, 43);
    return Answers.now(
        Answers.json(
            200,
            json ->
                json.array(
                    () -> {
                      for (var image : chosen) {
                        ImageJson.summary(
                            json,
                            image,
                            filter.shownTags(image),
                            shared.getOrDefault(image.getId(), -1L),
                            -1,
                            emptyNames);
                      }
                    })));
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    var old = !call.version().atLeast(1, 50);
    return Answers.now(
        Replies.reply(
            images.inspect(call.path("name")),
            image ->
                Answers.json(200, json -> ImageJson.inspect(json, image, engine.host(), old))));
  }

  private CompletionStage<HttpResponse> history(Call call) {
    return Answers.now(
        Replies.reply(
            images.history(call.path("name")),
            rows ->
                Answers.json(
                    200,
                    json -> json.array(() -> rows.forEach(row -> ImageJson.history(json, row))))));
  }

  private CompletionStage<HttpResponse> tag(Call call) {
    var repository = call.query("repo").orElse("");
    if (repository.isEmpty()) {
      throw Refusal.invalid("repo is required");
    }
    return Replies.reply(
        images.tag(call.caller(), call.path("name"), reference(repository, call)),
        _ -> Answers.empty(201));
  }

  static String reference(String repository, Call call) {
    return call.given("tag").map(tag -> repository + ":" + tag).orElse(repository);
  }

  private CompletionStage<HttpResponse> remove(Call call) {
    return Replies.reply(
        images.remove(call.caller(), call.path("name"), call.flag("force"), call.flag("noprune")),
        removals ->
            Answers.json(200, json -> json.array(() -> removals.forEach(one -> write(json, one)))));
  }

  static void write(JsonWriter json, Removal removal) {
    json.object(
        () ->
            json.text(
                switch (removal.kind()) {
                  case UNTAGGED -> "Untagged";
                  case DELETED -> "Deleted";
                },
                removal.name()));
  }
}
