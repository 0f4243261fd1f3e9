package io.gantry.agent.build;

import io.gantry.protocol.v1.ImageConfig;
import java.io.IOException;
import java.util.Optional;

/**
 * One instruction, its variables replaced, ready to be looked up or carried out.
 *
 * @param change what becomes of the image's configuration, and the line of its history
 * @param key digest of all that went into it
 * @param work that makes its layer; empty: it makes none
 */
record Step(Metadata.Change change, String key, Optional<Work> work) {
  /** Makes a layer. */
  @FunctionalInterface
  interface Work {
    /** The layer's diff id; empty: nothing was changed. */
    Optional<String> run() throws IOException, BuildFailed, InterruptedException;
  }

  ImageConfig config() {
    return change.config();
  }
}
