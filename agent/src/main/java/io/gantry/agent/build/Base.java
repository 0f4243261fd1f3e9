package io.gantry.agent.build;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.Platform;
import io.gantry.protocol.v1.Image;

/**
 * What a FROM names, its variables replaced.
 *
 * @param name of an image or of an earlier stage, or "scratch"
 * @param platform as FROM or else the client asks for it; empty: nobody does
 */
record Base(String name, String platform) {
  /** False: no such image is here, or it is for another platform than the one asked for. */
  boolean isMetBy(Outcome<Image> local) throws BuildFailed {
    return switch (local) {
      case Outcome.Done<Image>(var image) -> isFor(image);
      case Outcome.Unchanged<Image>(var image) -> isFor(image);
      case Outcome.Refused<Image> _ -> false;
    };
  }

  private boolean isFor(Image image) throws BuildFailed {
    if (platform.isEmpty()) {
      return true;
    }
    var its = new Platform(image.getOs(), image.getArchitecture(), image.getVariant());
    return Platforms.of(platform).distance(its) >= 0;
  }
}
