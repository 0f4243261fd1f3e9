package io.gantry.agent.image;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.kernel.IdRange;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ImageHistory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Makes an image of a container's changes over the image it stands on. Blocks for as long as the
 * changes take to read: for platform threads.
 */
public final class Commit {
  private final ImageStore store;
  private final LocalImages images;

  public Commit(ImageStore store, LocalImages images) {
    this.store = store;
    this.images = images;
  }

  /**
   * What the new image is to be.
   *
   * @param baseId image of the container; it may be gone from the store
   * @param diffIds layers below the container, lowest first
   * @param writableLayer must not change meanwhile
   * @param ids of the host that its files have
   * @param createdBy as its row of the history says
   */
  public record Wanted(
      String baseId,
      List<String> diffIds,
      Path writableLayer,
      IdRange ids,
      ImageConfig config,
      String author,
      String comment,
      String createdBy,
      Optional<Reference> name,
      Instant at) {}

  public Outcome<Image> run(Caller caller, Wanted wanted) {
    try (var lease = store.layers().lease()) {
      for (var diffId : wanted.diffIds()) {
        store.layers().find(Digest.parse(diffId), lease);
      }
      var layer = store.layers().ingestDifferences(wanted.writableLayer(), wanted.ids(), lease);
      var base = store.find(wanted.baseId()).map(ImageStore.Stored::image);
      var image = store.add(ConfigWriter.write(image(wanted, base, layer)), lease);
      return images.record(
          caller,
          image.getId(),
          "commit",
          wanted.baseId(),
          wanted.name().map(List::of).orElse(List.of()));
    } catch (Exception e) {
      return Failures.outcome("commit the container", e);
    }
  }

  private static Image image(Wanted wanted, Optional<Image> base, Layer layer) {
    var platform = Platform.host();
    var created = Moments.timestamp(wanted.at());
    var empty = layer.diffId().equals(Layer.EMPTY);
    var image =
        Image.newBuilder()
            .setArchitecture(base.map(Image::getArchitecture).orElse(platform.architecture()))
            .setOs(base.map(Image::getOs).orElse(platform.os()))
            .setVariant(base.map(Image::getVariant).orElse(platform.variant()))
            .setAuthor(wanted.author())
            .setComment(wanted.comment())
            .setCreated(created)
            .setConfig(wanted.config())
            .addAllDiffIds(wanted.diffIds());
    base.ifPresent(found -> image.addAllHistory(found.getHistoryList()));
    if (!empty) {
      image.addDiffIds(layer.diffId().toString());
    }
    return image
        .addHistory(
            ImageHistory.newBuilder()
                .setCreated(created)
                .setCreatedBy(wanted.createdBy())
                .setAuthor(wanted.author())
                .setComment(wanted.comment())
                .setEmptyLayer(empty))
        .build();
  }
}
