package io.gantry.agent.engine;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Several checks as one: the first objection counts. */
final class Checks {
  private Checks() {}

  @SafeVarargs
  static Optional<String> first(Supplier<Optional<String>>... checks) {
    return Stream.of(checks).map(Supplier::get).flatMap(Optional::stream).findFirst();
  }
}
