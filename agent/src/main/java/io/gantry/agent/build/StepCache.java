package io.gantry.agent.build;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.ConfigWriter;
import io.gantry.agent.image.Digest;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.util.Optional;

/** The images around one step: the one it may find, the one it makes. */
final class StepCache {
  private final Workshop workshop;
  private final Build build;
  private final StageState state;

  StepCache(Workshop workshop, Build build, StageState state) {
    this.workshop = workshop;
    this.build = build;
    this.state = state;
  }

  /**
   * The layer that one of the client's cache images has for this step: its history and layers begin
   * with all that this stage has come to, and go on with this very step.
   */
  Optional<String> layerOfOthers(Step step) {
    if (build.request().noCache() || step.work().isEmpty()) {
      return Optional.empty();
    }
    for (var name : build.request().cacheFrom()) {
      if (workshop.images().inspect(name) instanceof Outcome.Done<Image>(var image)
          && workshop.store().hold(image.getId(), build.lease()).isPresent()) {
        var layer = layerOf(image, step.change().createdBy());
        if (layer.isPresent()) {
          return layer;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> layerOf(Image other, String createdBy) {
    var mine = state.image();
    var at = mine.getHistoryCount();
    var layers = mine.getDiffIdsCount();
    if (other.getHistoryCount() <= at
        || other.getDiffIdsCount() <= layers
        || !other.getDiffIdsList().subList(0, layers).equals(mine.getDiffIdsList())) {
      return Optional.empty();
    }
    for (var i = 0; i < at; i++) {
      if (!other.getHistory(i).getCreatedBy().equals(mine.getHistory(i).getCreatedBy())) {
        return Optional.empty();
      }
    }
    var next = other.getHistory(at);
    return next.getCreatedBy().equals(createdBy) && !next.getEmptyLayer()
        ? Optional.of(other.getDiffIds(layers))
        : Optional.empty();
  }

  /** The image an earlier build came to with the same key, while it is whole. */
  Optional<String> find(String key) {
    if (build.request().noCache()) {
      return Optional.empty();
    }
    return workshop
        .cache()
        .find(key)
        .filter(entry -> workshop.store().hold(entry.imageId(), build.lease()).isPresent())
        .map(
            entry -> {
              workshop.cache().used(entry, workshop.clock().instant());
              return entry.imageId();
            });
  }

  String make(Step step, Optional<String> diffId) throws IOException {
    var next =
        state.next(
            step.config(),
            step.change().author(),
            step.change().createdBy(),
            diffId,
            workshop.clock().instant());
    return workshop.store().add(ConfigWriter.write(next), build.lease()).getId();
  }

  void remember(String key, String imageId, String text) {
    workshop.cache().put(key, state.cacheKey(), imageId, text, workshop.clock().instant());
  }

  StageState state(String imageId, String key) throws IOException {
    Image image =
        workshop
            .store()
            .hold(imageId, build.lease())
            .orElseThrow(
                () -> new IOException("image %s is gone".formatted(Digest.parse(imageId))));
    return new StageState(image, imageId, key);
  }
}
