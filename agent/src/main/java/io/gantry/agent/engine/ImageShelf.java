package io.gantry.agent.engine;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.ResolvedImage;

/** This host's images, as containers are made of them. */
public record ImageShelf(LocalImages images) implements Creator.Shelf {
  @Override
  public Outcome<ResolvedImage> resolve(String reference) {
    return images.resolve(reference);
  }

  @Override
  public Outcome<? extends AutoCloseable> hold(String reference, ResolvedImage image) {
    return images.hold(reference, image);
  }
}
