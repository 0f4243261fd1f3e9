package io.gantry.agent.image.registry;

import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Platform;

/** Chooses from an index what a platform runs best. */
public final class PlatformChoice {
  private PlatformChoice() {}

  /** The first of the best ones. */
  public static Descriptor choose(Manifest.Index index, Platform wanted) throws BadImage {
    Descriptor best = null;
    var bestDistance = Integer.MAX_VALUE;
    for (var descriptor : index.manifests()) {
      var distance = descriptor.platform().map(wanted::distance).orElse(-1);
      if (distance >= 0 && distance < bestDistance) {
        best = descriptor;
        bestDistance = distance;
      }
    }
    if (best == null) {
      throw new BadImage(
          "no matching manifest for %s in the manifest list entries".formatted(wanted));
    }
    return best;
  }
}
