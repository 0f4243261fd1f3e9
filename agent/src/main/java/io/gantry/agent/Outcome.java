package io.gantry.agent;

import io.gantry.protocol.ErrorKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The answer to a request. It means <em>recorded</em>, or refused with nothing changed. */
public sealed interface Outcome<T> {
  record Done<T>(T value) implements Outcome<T> {}

  /** What was asked for is already so (Docker's 304). */
  record Unchanged<T>(T value) implements Outcome<T> {}

  /** {@code message} is for people: what was tried, on what, why not. */
  record Refused<T>(ErrorKind kind, String message) implements Outcome<T> {
    public <U> Refused<U> as() {
      return new Refused<>(kind, message);
    }
  }

  static <T> Outcome<T> done(T value) {
    return new Done<>(value);
  }

  static <T> Outcome<T> refused(ErrorKind kind, String message) {
    return new Refused<>(kind, message);
  }

  /** Refused in the words of {@code cause}, or by its name if it has none. */
  static <T> Outcome<T> refused(ErrorKind kind, Throwable cause) {
    var words = cause.getMessage();
    return new Refused<>(kind, words == null ? cause.toString() : words);
  }

  default <U> Outcome<U> map(Function<? super T, ? extends U> function) {
    return switch (this) {
      case Done<T>(var value) -> new Done<>(function.apply(value));
      case Unchanged<T>(var value) -> new Unchanged<>(function.apply(value));
      case Refused<T> refused -> refused.as();
    };
  }

  /** Goes on with the value; a refusal is the answer at once. */
  default <U> CompletionStage<Outcome<U>> then(
      Function<? super T, ? extends CompletionStage<Outcome<U>>> next) {
    return switch (this) {
      case Done<T>(var value) -> next.apply(value);
      case Unchanged<T>(var value) -> next.apply(value);
      case Refused<T> refused -> CompletableFuture.completedFuture(refused.as());
    };
  }
}
