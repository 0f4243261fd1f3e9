package io.gantry.agent.engine;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.ResolvedImage;
import java.util.function.Function;

/**
 * This host's images, as containers are made of them.
 *
 * @param admitted finds an image that may run: the policy of signatures may say no
 */
public record ImageShelf(LocalImages images, Function<String, Outcome<ResolvedImage>> admitted)
    implements Creator.Shelf {
  @Override
  public Outcome<ResolvedImage> resolve(String reference) {
    return admitted.apply(reference);
  }

  @Override
  public Outcome<? extends AutoCloseable> hold(String reference, ResolvedImage image) {
    return images.hold(reference, image);
  }
}
