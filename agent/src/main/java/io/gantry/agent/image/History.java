package io.gantry.agent.image;

import io.gantry.agent.Images.HistoryRow;
import io.gantry.protocol.v1.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Rows of `docker history`: the configuration's history against the layers it made. */
final class History {
  private static final String UNKNOWN = "<missing>";

  private History() {}

  /** Newest first. Only the newest step's image is known; the others have no image of their own. */
  static List<HistoryRow> of(Image image, List<String> tags, ToLongFunction<Digest> layerSize) {
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
    if (rows.isEmpty()) {
      return List.of();
    }
    var newest = rows.removeLast();
    rows.add(
        new HistoryRow(
            image.getId(),
            newest.createdSeconds(),
            newest.createdBy(),
            tags,
            newest.sizeBytes(),
            newest.comment()));
    return List.copyOf(rows.reversed());
  }
}
