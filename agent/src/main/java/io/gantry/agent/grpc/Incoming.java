package io.gantry.agent.grpc;

import akka.Done;
import akka.NotUsed;
import akka.actor.ClassicActorSystemProvider;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A tar that a client sends in messages, for the engine to read where waiting is allowed.
 *
 * @param sent completes when all has come, and fails with what broke it off
 */
record Incoming(InputStream tar, CompletionStage<Done> sent) {
  private static final Duration CLIENT_SILENCE = Duration.ofHours(1);

  static Incoming of(Source<ByteString, NotUsed> bytes, ClassicActorSystemProvider system) {
    var running =
        bytes
            .watchTermination(Keep.right())
            .toMat(StreamConverters.asInputStream(CLIENT_SILENCE), Keep.both())
            .run(system);
    return new Incoming(running.second(), running.first());
  }

  /**
   * The outcome, or what broke the tar off before. What the client still sends after it is not
   * waited for.
   */
  <T> CompletionStage<T> closedAfter(CompletionStage<T> outcome) {
    return outcome
        .whenComplete((_, _) -> close())
        .handle(
            (_, _) ->
                sent.toCompletableFuture().isCompletedExceptionally()
                    ? sent.thenCompose(_ -> outcome)
                    : outcome)
        .thenCompose(known -> known);
  }

  private void close() {
    try {
      tar.close();
    } catch (IOException closedBefore) {
      // Which is as good.
    }
  }
}
