package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerChange;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** One call: turns the engine's outcomes into its answer or its end. */
record Call(Caller caller) {
  /** The value, whether it was so before or not. */
  <T> T value(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) -> throw refusal(kind, message);
    };
  }

  <T> CompletionStage<T> value(CompletionStage<Outcome<T>> outcome) {
    return outcome.thenApply(this::value);
  }

  <T, R> CompletionStage<R> value(
      CompletionStage<Outcome<T>> outcome, Function<? super T, ? extends R> message) {
    return outcome.thenApply(known -> message.apply(value(known)));
  }

  CompletionStage<ContainerChange> change(CompletionStage<Outcome<Container>> outcome) {
    return outcome.thenApply(
        known ->
            ContainerChange.newBuilder()
                .setContainer(value(known))
                .setUnchanged(known instanceof Outcome.Unchanged<Container>)
                .build());
  }

  /** The stream, or one that fails at once. */
  <T, R> Source<R, NotUsed> stream(
      Outcome<Source<T, NotUsed>> outcome, akka.japi.function.Function<T, R> message) {
    return switch (outcome) {
      case Outcome.Done<Source<T, NotUsed>>(var source) -> source.map(message);
      case Outcome.Unchanged<Source<T, NotUsed>>(var source) -> source.map(message);
      case Outcome.Refused<Source<T, NotUsed>>(var kind, var text) ->
          Source.failed(refusal(kind, text));
    };
  }

  /** The same, once the outcome is known. */
  <T, R> Source<R, NotUsed> stream(
      CompletionStage<Outcome<Source<T, NotUsed>>> outcome,
      akka.japi.function.Function<T, R> message) {
    return Source.completionStageSource(outcome.thenApply(known -> stream(known, message)))
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  Refusal refusal(ErrorKind kind, String message) {
    return new Refusal(kind, message, caller.requestId());
  }

  Refusal invalid(String message) {
    return refusal(ErrorKind.INVALID, message);
  }
}
