package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Containers.Sizes;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.BuildCacheJson;
import io.gantry.agent.docker.json.ContainerSummary;
import io.gantry.agent.docker.json.ImageJson;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.agent.docker.json.VolumeJson;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Volume;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code GET /system/df}: walks the disk, so it takes its time. */
final class DiskUsageRoutes {
  private static final Set<String> TYPES = Set.of("container", "image", "volume", "build-cache");

  private final Engine engine;
  private final InstantSource clock;

  DiskUsageRoutes(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  void addTo(Router router) {
    router.get("/system/df", this::usage);
  }

  private CompletionStage<HttpResponse> usage(Call call) {
    var types = call.queries("type").isEmpty() ? TYPES : Set.copyOf(call.queries("type"));
    for (var type : types) {
      if (!TYPES.contains(type)) {
        throw Refusal.invalid("unknown object type: " + type);
      }
    }
    var containers =
        types.contains("container") ? engine.containers().list() : List.<Container>of();
    var volumes = types.contains("volume") ? engine.volumes().list() : List.<Volume>of();
    var sizes = gather(containers, container -> engine.containers().sizes(container.getId()));
    var bytes = gather(volumes, volume -> engine.volumes().size(volume.getSpec().getName()));
    return sizes.thenCombine(
        bytes,
        (knownSizes, knownBytes) ->
            Answers.json(
                200,
                json ->
                    json.object(
                        () -> {
                          if (types.contains("image")) {
                            json.number("LayersSize", engine.images().layerBytes());
                            images(json);
                          }
                          if (types.contains("container")) {
                            containers(json, knownSizes);
                          }
                          if (types.contains("volume")) {
                            volumes(json, knownBytes);
                          }
                          if (types.contains("build-cache")) {
                            BuildCacheJson.write(json, engine.builds().cache());
                          }
                        })));
  }

  private static <T, R> CompletionStage<Map<T, Optional<R>>> gather(
      Collection<T> items, Function<T, CompletionStage<Outcome<R>>> measure) {
    var all = new LinkedHashMap<T, CompletableFuture<Outcome<R>>>();
    items.forEach(item -> all.put(item, measure.apply(item).toCompletableFuture()));
    return CompletableFuture.allOf(all.values().toArray(CompletableFuture[]::new))
        .thenApply(
            _ -> {
              var result = new LinkedHashMap<T, Optional<R>>();
              all.forEach((item, outcome) -> result.put(item, known(outcome.join())));
              return result;
            });
  }

  /** Empty: it went away while it was measured. */
  private static <R> Optional<R> known(Outcome<R> outcome) {
    return switch (outcome) {
      case Outcome.Done<R>(var value) -> Optional.of(value);
      case Outcome.Unchanged<R>(var value) -> Optional.of(value);
      case Outcome.Refused<R> _ -> Optional.empty();
    };
  }

  private void images(JsonWriter json) {
    var containers = engine.containers().list();
    var shared = engine.images().sharedBytes();
    json.array(
        "Images",
        engine.images().list(),
        image -> {
          var users =
              containers.stream()
                  .filter(one -> one.getStatus().getImageId().equals(image.getId()))
                  .count();
          ImageJson.summary(
              json,
              image,
              image.getRepoTagsList(),
              shared.getOrDefault(image.getId(), 0L),
              users,
              true);
        });
  }

  private void containers(JsonWriter json, Map<Container, Optional<Sizes>> sizes) {
    var now = clock.instant();
    json.array(
        "Containers",
        () ->
            sizes.forEach(
                (container, size) ->
                    ContainerSummary.write(
                        json, container, container.getSpec().getImage(), now, size)));
  }

  private static void volumes(JsonWriter json, Map<Volume, Optional<Long>> bytes) {
    json.array(
        "Volumes",
        () ->
            bytes.forEach(
                (volume, size) ->
                    VolumeJson.write(json, volume, OptionalLong.of(size.orElse(-1L)))));
  }
}
