package io.gantry.agent;

import akka.Done;
import java.util.concurrent.CompletionStage;

/**
 * Clearing away what nobody uses, as one deed. Each removal is recorded by itself; this says, after
 * the last of them, that they were one, and what they gave back.
 */
public interface Prunes {
  /** What can be cleared away. */
  enum Kind {
    CONTAINER("container"),
    IMAGE("image"),
    VOLUME("volume"),
    NETWORK("network"),
    BUILDER("builder");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** Answers once it is recorded; also when nothing was found to clear away. */
  CompletionStage<Outcome<Done>> note(Caller caller, Kind kind, long reclaimedBytes);
}
