package io.gantry.agent.host.fake;

import java.util.Optional;

/** What a process of {@link InMemoryRuns} does. Each has at most one of these habits. */
public sealed interface Program {
  /** Writes and ends. */
  record Writes(String out, String err, int code) implements Program {}

  /** Copies its input to its output and ends with it. */
  record Echoes() implements Program {}

  /** Until it is killed. */
  record Sleeps() implements Program {}

  /** Waits for input, then writes the size of its terminal, "ROWS COLUMNS". */
  record TellsSize() implements Program {}

  /** The runtime refuses it with these words. */
  record Refused(String words) implements Program {}

  static Program exits(int code) {
    return new Writes("", "", code);
  }

  default Optional<String> refusal() {
    return this instanceof Refused(var words) ? Optional.of(words) : Optional.empty();
  }
}
