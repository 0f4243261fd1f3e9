package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.agent.Images.Removal;
import io.gantry.agent.Outcome;
import io.gantry.agent.Prunes.Kind;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.agent.docker.json.StateJson;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.Volume;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Removal of what nobody uses. Each thing is removed by itself, one after the other: what is used
 * again meanwhile refuses, and stays.
 */
final class PruneRoutes {
  private static final Set<String> COMMON = Set.of("until", "label", "label!");

  private final Engine engine;
  private final InstantSource clock;

  PruneRoutes(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  void addTo(Router router) {
    router
        .post("/containers/prune", this::containers)
        .post("/images/prune", this::images)
        .post("/networks/prune", this::networks)
        .post("/volumes/prune", this::volumes);
  }

  private CompletionStage<HttpResponse> containers(Call call) {
    var filters = Filters.parse(call.given("filters"), COMMON);
    var until = until(filters);
    var chosen =
        engine.containers().list().stream()
            .filter(container -> !StateJson.isRunning(container.getStatus()))
            .filter(container -> wanted(filters, container.getSpec().getLabelsMap()))
            .filter(container -> before(until, container.getCreatedAt().getSeconds()))
            .toList();
    return each(chosen, container -> container(call, container))
        .thenCompose(
            removed ->
                noted(
                    call,
                    Kind.CONTAINER,
                    sum(removed),
                    json ->
                        json.object(
                            () -> {
                              json.textsOrNull(
                                  "ContainersDeleted",
                                  removed.stream().map(Reclaimed::name).toList());
                              json.number("SpaceReclaimed", sum(removed));
                            })));
  }

  /** What a removal gave back. */
  private record Reclaimed(String name, long bytes) {}

  private static long sum(List<Reclaimed> all) {
    return all.stream().mapToLong(Reclaimed::bytes).sum();
  }

  private CompletionStage<Optional<Reclaimed>> container(Call call, Container container) {
    var id = container.getId();
    return engine
        .containers()
        .sizes(id)
        .thenCompose(
            sizes ->
                engine
                    .containers()
                    .remove(call.caller(), id, false, false)
                    .thenApply(
                        outcome ->
                            done(outcome)
                                .map(
                                    _ ->
                                        new Reclaimed(
                                            id,
                                            done(sizes).map(s -> s.writableBytes()).orElse(0L)))));
  }

  private CompletionStage<HttpResponse> images(Call call) {
    var known = new java.util.HashSet<>(COMMON);
    known.add("dangling");
    var filters = Filters.parse(call.given("filters"), known);
    var until = until(filters);
    var danglingOnly = filters.bool("dangling").orElse(true);
    var used =
        engine.containers().list().stream()
            .map(container -> container.getStatus().getImageId())
            .collect(Collectors.toSet());
    var present = engine.images().list();
    var intermediates = Intermediates.of(present);
    var chosen =
        present.stream()
            .filter(image -> !intermediates.contains(image.getId()))
            .filter(image -> !danglingOnly || image.getRepoTagsCount() == 0)
            .filter(image -> !used.contains(image.getId()))
            .filter(image -> wanted(filters, image.getConfig().getLabelsMap()))
            .filter(image -> before(until, image.getCreated().getSeconds()))
            .toList();
    var bytesBefore = engine.images().layerBytes();
    return each(chosen, image -> image(call, image))
        .thenCompose(
            removed -> {
              var all = removed.stream().flatMap(List::stream).toList();
              var reclaimed = Math.max(0, bytesBefore - engine.images().layerBytes());
              return noted(
                  call,
                  Kind.IMAGE,
                  reclaimed,
                  json ->
                      json.object(
                          () -> {
                            if (all.isEmpty()) {
                              json.nothing("ImagesDeleted");
                            } else {
                              json.array("ImagesDeleted", all, one -> ImageRoutes.write(json, one));
                            }
                            json.number("SpaceReclaimed", reclaimed);
                          }));
            });
  }

  /** By each of its names: an id alone would refuse an image with several. */
  private CompletionStage<Optional<List<Removal>>> image(Call call, Image image) {
    var references =
        image.getRepoTagsCount() == 0 ? List.of(image.getId()) : image.getRepoTagsList();
    return each(
            references,
            reference ->
                engine
                    .images()
                    .remove(call.caller(), reference, false, false)
                    .thenApply(PruneRoutes::done))
        .thenApply(all -> Optional.of(all.stream().flatMap(List::stream).toList()));
  }

  private CompletionStage<HttpResponse> networks(Call call) {
    var filters = Filters.parse(call.given("filters"), COMMON);
    var until = until(filters);
    var containers = engine.containers().list();
    var chosen =
        engine.networks().list().stream()
            .filter(NetworkRoutes::isCustom)
            .filter(network -> !NetworkRoutes.isUsed(network, containers))
            .filter(network -> wanted(filters, network.getSpec().getLabelsMap()))
            .filter(network -> before(until, network.getCreatedAt().getSeconds()))
            .toList();
    return each(
            chosen,
            network ->
                engine
                    .networks()
                    .remove(call.caller(), network.getId())
                    .thenApply(outcome -> done(outcome).map(PruneRoutes::name)))
        .thenCompose(
            names ->
                noted(
                    call,
                    Kind.NETWORK,
                    0,
                    json -> json.object(() -> json.textsOrNull("NetworksDeleted", names))));
  }

  private static String name(Network network) {
    return network.getSpec().getName();
  }

  /**
   * Named volumes stay unless all are asked for; before 1.42 they did not. Those with options of
   * their driver always stay: they may be what others have as well.
   */
  private CompletionStage<HttpResponse> volumes(Call call) {
    var filters = Filters.parse(call.given("filters"), Set.of("label", "label!", "all"));
    var all = filters.bool("all").orElse(!call.version().atLeast(1, 42));
    var chosen =
        engine.volumes().list().stream()
            .filter(volume -> volume.getUsedByCount() == 0)
            .filter(volume -> volume.getSpec().getDriverOptionsCount() == 0)
            .filter(volume -> all || volume.getSpec().getAnonymous())
            .filter(volume -> wanted(filters, volume.getSpec().getLabelsMap()))
            .toList();
    return each(chosen, volume -> volume(call, volume))
        .thenCompose(
            removed ->
                noted(
                    call,
                    Kind.VOLUME,
                    sum(removed),
                    json ->
                        json.object(
                            () -> {
                              json.texts(
                                  "VolumesDeleted", removed.stream().map(Reclaimed::name).toList());
                              json.number("SpaceReclaimed", sum(removed));
                            })));
  }

  private CompletionStage<Optional<Reclaimed>> volume(Call call, Volume volume) {
    var name = volume.getSpec().getName();
    return engine
        .volumes()
        .size(name)
        .thenCompose(
            size ->
                engine
                    .volumes()
                    .remove(call.caller(), name, false)
                    .thenApply(
                        outcome ->
                            done(outcome).map(_ -> new Reclaimed(name, done(size).orElse(0L)))));
  }

  // -- what they share

  /** The answer, once the whole is recorded as well: also when there was nothing to remove. */
  private CompletionStage<HttpResponse> noted(
      Call call, Kind kind, long reclaimedBytes, JsonWriter.Body answer) {
    return Replies.reply(
        engine.prunes().note(call.caller(), kind, reclaimedBytes), _ -> Answers.json(200, answer));
  }

  private static boolean wanted(Filters filters, Map<String, String> labels) {
    return filters.labels("label", labels)
        && filters.get("label!").stream().noneMatch(label -> Filters.hasLabel(labels, label));
  }

  private Optional<Instant> until(Filters filters) {
    var given = filters.get("until");
    if (given.size() > 1) {
      throw Refusal.invalid("more than one until filter specified");
    }
    return given.stream().findFirst().map(text -> Timestamps.parse("until", text, clock.instant()));
  }

  private static boolean before(Optional<Instant> until, long seconds) {
    return until.map(bound -> seconds < bound.getEpochSecond()).orElse(true);
  }

  private static <T> Optional<T> done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> Optional.of(value);
      case Outcome.Unchanged<T>(var value) -> Optional.of(value);
      case Outcome.Refused<T> _ -> Optional.empty();
    };
  }

  private static <T, R> CompletionStage<List<R>> each(
      List<T> items, Function<T, CompletionStage<Optional<R>>> removal) {
    CompletionStage<List<R>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (var item : items) {
      all =
          all.thenCompose(
              list ->
                  removal
                      .apply(item)
                      .thenApply(
                          result -> {
                            result.ifPresent(list::add);
                            return list;
                          }));
    }
    return all;
  }
}
