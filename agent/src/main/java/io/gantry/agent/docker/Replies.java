package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Outcome;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** From an outcome of the port to an answer. */
final class Replies {
  private Replies() {}

  static <T> HttpResponse reply(Outcome<T> outcome, Function<? super T, HttpResponse> done) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> done.apply(value);
      case Outcome.Unchanged<T>(var value) -> done.apply(value);
      case Outcome.Refused<T> refused -> Answers.refusal(Refusal.of(refused));
    };
  }

  static <T> CompletionStage<HttpResponse> reply(
      CompletionStage<Outcome<T>> outcome, Function<? super T, HttpResponse> done) {
    return outcome.thenApply(value -> reply(value, done));
  }

  static <T> CompletionStage<HttpResponse> noContent(CompletionStage<Outcome<T>> outcome) {
    return reply(outcome, _ -> Answers.empty(204));
  }

  /** 204, or 304 when there was nothing to do. */
  static <T> CompletionStage<HttpResponse> noContentOrNotModified(
      CompletionStage<Outcome<T>> outcome) {
    return outcome.thenApply(
        result ->
            switch (result) {
              case Outcome.Done<T> _ -> Answers.empty(204);
              case Outcome.Unchanged<T> _ -> Answers.empty(304);
              case Outcome.Refused<T> refused -> Answers.refusal(Refusal.of(refused));
            });
  }

  /** The value, for code that goes on with it. */
  static <T> T require(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T> refused -> throw Refusal.of(refused);
    };
  }
}
