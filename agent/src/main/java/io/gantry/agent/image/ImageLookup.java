package io.gantry.agent.image;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;

/** Finding the image a user means, with Docker's words when there is none. */
final class ImageLookup {
  private ImageLookup() {}

  static Outcome<String> find(NameTable table, String text) {
    try {
      return table.find(text).map(Outcome::done).orElseGet(() -> unknown(text));
    } catch (Reference.Invalid e) {
      return Outcome.refused(ErrorKind.INVALID, e);
    }
  }

  /** Names are shown with their tag, ids as they were written. */
  static <T> Outcome<T> unknown(String text) {
    var shown = text;
    if (!NameTable.isWholeId(text)) {
      try {
        shown = Reference.parse(text).withDefaultTag().familiar();
      } catch (Reference.Invalid e) {
        shown = text;
      }
    } else if (!text.startsWith("sha256:")) {
      shown = "sha256:" + text;
    }
    return Outcome.refused(ErrorKind.NOT_FOUND, "No such image: " + shown);
  }
}
