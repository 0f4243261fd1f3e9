package io.gantry.agent.image;

import io.gantry.agent.Images.HistoryRow;
import io.gantry.protocol.v1.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Rows of `docker history`: the configuration's history against the layers it made. */
final class History {
  private static final String UNKNOWN = "<missing>";

  private History() {}

  /**
   * Newest first. The newest step's image is known, and the newest of each image it was made from,
   * as far as images made here tell their parents.
   */
  static List<HistoryRow> of(
      Image image, Function<String, Optional<Image>> images, ToLongFunction<Digest> layerSize) {
    var rows = new ArrayList<HistoryRow>();
    var layer = 0;
    for (var step : image.getHistoryList()) {
      long size = 0;
      if (!step.getEmptyLayer() && layer < image.getDiffIdsCount()) {
        size = layerSize.applyAsLong(Digest.parse(image.getDiffIds(layer++)));
      }
      rows.add(
          new HistoryRow(
              UNKNOWN,
              step.getCreated().getSeconds(),
              step.getCreatedBy(),
              List.of(),
              size,
              step.getComment()));
    }
    var known = Optional.of(image);
    for (var last = rows.size(); known.isPresent(); ) {
      var newest = known.get().getHistoryCount() - 1;
      if (newest < 0 || newest >= last) {
        break;
      }
      rows.set(newest, of(known.get(), rows.get(newest)));
      last = newest;
      var parent = known.get().getParentId();
      known = parent.isEmpty() ? Optional.empty() : images.apply(parent);
    }
    return List.copyOf(rows.reversed());
  }

  private static HistoryRow of(Image image, HistoryRow row) {
    return new HistoryRow(
        image.getId(),
        row.createdSeconds(),
        row.createdBy(),
        image.getRepoTagsList(),
        row.sizeBytes(),
        row.comment());
  }
}
