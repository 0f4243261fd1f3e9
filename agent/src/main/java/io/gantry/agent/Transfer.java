package io.gantry.agent;

/** What a pull or a push tells while it goes on, in Docker's words. */
public sealed interface Transfer {
  /** A sentence: "Pulling from library/busybox". {@code id} may be empty. */
  record Said(String id, String text) implements Transfer {}

  /** A layer's step: "Downloading". {@code total} 0: unknown or no matter. */
  record Step(String id, String action, long current, long total) implements Transfer {
    public Step(String id, String action) {
      this(id, action, 0, 0);
    }

    /** Another one like it will come: what is not read in time may be left out. */
    public boolean isPassing() {
      return total > 0;
    }
  }

  /** What a push came to. */
  record Pushed(String tag, String digest, long size) implements Transfer {}
}
