package io.gantry.agent.engine;

import java.util.Optional;
import java.util.function.Supplier;

/** Several checks as one: the first objection counts. */
final class Checks {
  private Checks() {}

  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  static Optional<String> first(Supplier<Optional<String>>... checks) {
    for (var check : checks) {
      var objection = check.get();
      if (objection.isPresent()) {
        return objection;
      }
    }
    return Optional.empty();
  }
}
