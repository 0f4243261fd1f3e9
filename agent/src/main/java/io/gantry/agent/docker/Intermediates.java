package io.gantry.agent.docker;

import io.gantry.protocol.v1.Image;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Images without a name that others were made from: steps of a build. They are no garbage, and not
 * listed unless all are asked for.
 */
final class Intermediates {
  private Intermediates() {}

  static Set<String> of(Collection<Image> images) {
    var parents = images.stream().map(Image::getParentId).collect(Collectors.toSet());
    return images.stream()
        .filter(image -> image.getRepoTagsCount() == 0 && image.getRepoDigestsCount() == 0)
        .map(Image::getId)
        .filter(parents::contains)
        .collect(Collectors.toSet());
  }
}
