package io.gantry.agent;

import akka.stream.javadsl.Source;
import io.gantry.protocol.v1.Image;
import java.util.concurrent.CompletionStage;

/**
 * Images that come from registries and go there. A stream that is cancelled cancels what it tells
 * of; what has been moved by then is kept for the next time.
 */
public interface Registries {
  /**
   * @param reference as the user wrote it; with {@code allTags} a repository
   * @param platform "linux/arm64/v8"; empty: the host's
   */
  record Pull(String reference, boolean allTags, String platform, Credentials credentials) {}

  /** The image of the last name; refused with NOT_FOUND and Docker's words when there is none. */
  Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull);
}
