package io.gantry.ops;

/** One line of the doctor. */
sealed interface Finding {
  String text();

  record Ok(String text) implements Finding {}

  /** Works, but not as well as it could. */
  record Warn(String text) implements Finding {}

  /** Gantry cannot work like this. */
  record Fail(String text) implements Finding {}

  /** The host holds something that no living entity owns. */
  record Leak(String text) implements Finding {}

  default String line() {
    return switch (this) {
      case Ok(var text) -> "ok    " + text;
      case Warn(var text) -> "warn  " + text;
      case Fail(var text) -> "FAIL  " + text;
      case Leak(var text) -> "LEAK  " + text;
    };
  }

  default boolean well() {
    return switch (this) {
      case Ok _, Warn _ -> true;
      case Fail _, Leak _ -> false;
    };
  }
}
