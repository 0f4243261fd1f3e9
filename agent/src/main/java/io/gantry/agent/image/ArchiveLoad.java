package io.gantry.agent.image;

import io.gantry.agent.Images.Progress;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes the images out of an archive into the store. Names them nothing; that is recorded
 * afterwards.
 */
final class ArchiveLoad {
  private final ImageStore store;

  ArchiveLoad(ImageStore store) {
    this.store = store;
  }

  /** An image that is complete here and what the archive calls it. */
  record Arrived(Image image, List<Reference> names) {}

  List<Arrived> read(
      InputStream archive, PlatformWish wish, LayerStore.Lease lease, Consumer<Progress> progress)
      throws IOException {
    try (var files = store.read(archive, lease, progress)) {
      var arrived = new ArrayList<Arrived>();
      for (var image : ArchiveIndex.read(files, wish)) {
        if (wish.admits(ConfigReader.read(image.config()))) {
          arrived.add(add(image, files, lease));
        }
      }
      wish.requireAny(arrived);
      return List.copyOf(arrived);
    }
  }

  private Arrived add(ArchivedImage image, ArchiveFiles files, LayerStore.Lease lease)
      throws IOException {
    var diffIds = ConfigReader.read(image.config()).getDiffIdsList();
    if (diffIds.size() != image.layers().size()) {
      throw new BadImage(
          "invalid manifest, layers length mismatch: expected %d, got %d"
              .formatted(image.layers().size(), diffIds.size()));
    }
    for (var i = 0; i < diffIds.size(); i++) {
      files.layer(image.layers().get(i), Digest.parse(diffIds.get(i)));
    }
    return new Arrived(store.add(image.config(), lease), image.names());
  }
}
