package io.gantry.agent.image;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Image;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The images at one moment, for reading. Names from the table, the rest from the store's memory.
 */
record ImageView(NameTable table, ImageStore store) {
  Optional<Image> image(String id) {
    return store.find(id).map(stored -> named(stored.image()));
  }

  /** Newest first. */
  List<Image> images() {
    return table.images().keySet().stream()
        .flatMap(id -> image(id).stream())
        .sorted(Comparator.comparing((Image image) -> image.getCreated().getSeconds()).reversed())
        .toList();
  }

  Optional<ResolvedImage> resolve(String id) {
    return store
        .find(id)
        .map(
            stored ->
                new ResolvedImage(
                    id, stored.image(), stored.image().getDiffIdsList(), stored.directories()));
  }

  private Image named(Image image) {
    var builder = image.toBuilder();
    table.parent(image.getId()).ifPresent(builder::setParentId);
    for (var name : table.namesOf(image.getId())) {
      if (name.digest().isPresent()) {
        builder.addRepoDigests(name.familiar());
      } else {
        builder.addRepoTags(name.familiar());
      }
    }
    table.names().values().stream()
        .filter(target -> target.imageId().equals(image.getId()))
        .map(NameTable.Target::at)
        .max(Comparator.naturalOrder())
        .ifPresent(at -> builder.setLastTagged(Moments.timestamp(at)));
    return builder.build();
  }
}
