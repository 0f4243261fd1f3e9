package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Containers.Sizes;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.ContainerJson;
import io.gantry.agent.docker.json.ContainerSummary;
import io.gantry.agent.docker.json.NetworkSettingsJson;
import io.gantry.protocol.v1.Container;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reading containers: list and inspect. Served from views, in memory. */
final class ContainerViewRoutes {
  private static final Comparator<Container> NEWEST_FIRST =
      Comparator.<Container>comparingLong(container -> container.getCreatedAt().getSeconds())
          .thenComparingInt(container -> container.getCreatedAt().getNanos())
          .reversed();

  private final Engine engine;
  private final InstantSource clock;
  private final SummaryRows rows = new SummaryRows();

  ContainerViewRoutes(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  void addTo(Router router) {
    router.get("/containers/json", this::list).get("/containers/{id}/json", this::inspect);
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    var found = Replies.require(engine.containers().inspect(call.path("id")));
    var container = call.version().atLeast(1, 45) ? found : NetworkSettingsJson.before145(found);
    if (!call.flag("size")) {
      return Answers.now(inspected(container, Optional.empty()));
    }
    return sizes(container).thenApply(sizes -> inspected(container, sizes));
  }

  private HttpResponse inspected(Container container, Optional<Sizes> sizes) {
    return Answers.json(200, json -> ContainerJson.write(json, container, engine.host(), sizes));
  }

  private CompletionStage<Optional<Sizes>> sizes(Container container) {
    return engine
        .containers()
        .sizes(container.getId())
        .thenApply(
            outcome ->
                switch (outcome) {
                  case Outcome.Done<Sizes>(var sizes) -> Optional.of(sizes);
                  case Outcome.Unchanged<Sizes>(var sizes) -> Optional.of(sizes);
                  case Outcome.Refused<Sizes> _ -> Optional.<Sizes>empty(); // gone meanwhile
                });
  }

  private CompletionStage<HttpResponse> list(Call call) {
    var limit = call.number("limit").orElse(0);
    var filter = ContainerFilter.parse(call.given("filters"), engine, clock.instant());
    var also = call.flag("all") || limit > 0;
    var all = engine.containers().list();
    rows.forgetOthers(all);
    var chosen =
        all.stream()
            .filter(container -> filter.test(container, also))
            .sorted(NEWEST_FIRST)
            .limit(limit > 0 ? limit : Long.MAX_VALUE)
            .toList();
    if (!call.flag("size")) {
      return Answers.now(listed(chosen));
    }
    var sizes = new HashMap<String, CompletableFuture<Optional<Sizes>>>();
    for (var container : chosen) {
      sizes.put(container.getId(), sizes(container).toCompletableFuture());
    }
    return CompletableFuture.allOf(sizes.values().toArray(CompletableFuture[]::new))
        .thenApply(
            _ -> {
              var known = new HashMap<String, Sizes>();
              sizes.forEach((id, size) -> size.join().ifPresent(found -> known.put(id, found)));
              return listed(chosen, known);
            });
  }

  private HttpResponse listed(List<Container> chosen) {
    var now = clock.instant();
    var names = new ImageNames(engine.images());
    return Answers.json(
        200,
        json ->
            json.array(
                () ->
                    chosen.forEach(
                        container -> json.rendered(rows.of(container, names.of(container), now)))));
  }

  private HttpResponse listed(List<Container> chosen, Map<String, Sizes> sizes) {
    var now = clock.instant();
    var names = new ImageNames(engine.images());
    return Answers.json(
        200,
        json ->
            json.array(
                () -> {
                  for (var container : chosen) {
                    ContainerSummary.write(
                        json,
                        container,
                        names.of(container),
                        now,
                        Optional.ofNullable(sizes.get(container.getId())));
                  }
                }));
  }

  /** How a container's image is called in one list: each reference is looked up once. */
  private static final class ImageNames {
    private final io.gantry.agent.Images images;
    private final Map<String, String> ids = new HashMap<>();

    ImageNames(io.gantry.agent.Images images) {
      this.images = images;
    }

    String of(Container container) {
      var reference = container.getSpec().getImage();
      var id = container.getStatus().getImageId();
      return ids.computeIfAbsent(reference, this::idOf).equals(id) || id.isEmpty() ? reference : id;
    }

    private String idOf(String reference) {
      return switch (images.inspect(reference)) {
        case Outcome.Done<io.gantry.protocol.v1.Image>(var image) -> image.getId();
        case Outcome.Unchanged<io.gantry.protocol.v1.Image>(var image) -> image.getId();
        case Outcome.Refused<io.gantry.protocol.v1.Image> _ -> "";
      };
    }
  }
}
