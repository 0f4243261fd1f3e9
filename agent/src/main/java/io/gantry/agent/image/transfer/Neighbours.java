package io.gantry.agent.image.transfer;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.Reference;
import io.gantry.protocol.v1.Image;
import java.util.Optional;

/**
 * Other repositories of the same registry that are known to have a layer: they hold an image of it,
 * which was pulled from there or pushed there.
 */
final class Neighbours {
  private Neighbours() {}

  /** A path to mount from: "library/busybox". */
  static Optional<String> of(LocalImages images, Reference target, String layer) {
    for (var name : images.names().names().entrySet()) {
      var other = Reference.ofCanonical(name.getKey());
      if (other.digest().isPresent()
          && other.domain().equals(target.domain())
          && !other.path().equals(target.path())
          && images.inspect(name.getValue().imageId()) instanceof Outcome.Done<Image>(var image)
          && image.getDiffIdsList().contains(layer)) {
        return Optional.of(other.path());
      }
    }
    return Optional.empty();
  }
}
