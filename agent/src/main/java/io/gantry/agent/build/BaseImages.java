package io.gantry.agent.build;

import io.gantry.agent.Caller;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.Image;
import java.util.function.Consumer;

/** Images a build names that are not here, or are to be looked for again. */
@FunctionalInterface
public interface BaseImages {
  /** Blocks until the image is here, or is refused in Docker's words. */
  Outcome<Image> fetch(
      Caller caller, String reference, String platform, Consumer<Images.Progress> progress)
      throws InterruptedException;
}
