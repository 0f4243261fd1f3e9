package io.gantry.agent.docker;

import akka.Done;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.RequestEntity;
import akka.stream.Materializer;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import io.gantry.agent.socket.Budget;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request's body. Whoever answers without reading it calls {@link #discard}: the connection's
 * next request stands behind it.
 */
final class Body {
  /** Specifications are some kilobytes; seccomp profiles in them some hundred. */
  private static final int MAX_WHOLE = 4 << 20;

  /** For the bodies of all requests that are being read. */
  private static final Budget BODIES = new Budget(16 << 20);

  private static final int MAX_DISCARDED = 256 << 10;
  private static final long TIMEOUT_MILLIS = 60_000;
  private static final Duration CLIENT_SILENCE = Duration.ofHours(1);

  private final RequestEntity entity;
  private final Optional<InputStream> upload;
  private final Executor readers;
  private boolean taken;

  /**
   * @param upload the body, if it comes beside the request
   * @param readers run what goes on once all has been read
   */
  Body(RequestEntity entity, Optional<InputStream> upload, Executor readers) {
    this.entity = entity;
    this.upload = upload;
    this.readers = readers;
  }

  /** All of it, if it is not larger than a specification may be. */
  CompletionStage<ByteString> whole(Materializer materializer) {
    taken = true;
    if (entity instanceof HttpEntity.Strict strict) {
      return CompletableFuture.completedFuture(bounded(strict.getData()));
    }
    var taken = new AtomicLong();
    return entity
        .withSizeLimit(MAX_WHOLE)
        .getDataBytes()
        .completionTimeout(Duration.ofMillis(TIMEOUT_MILLIS))
        .map(bytes -> budgeted(bytes, taken))
        .runFold(ByteString.emptyByteString(), ByteString::concat, materializer)
        .whenCompleteAsync((_, _) -> BODIES.giveBack(taken.get()), readers)
        .exceptionally(
            failure -> {
              throw new CompletionException(refusal(failure));
            });
  }

  private static Refusal refusal(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof Refusal refusal
        ? refusal
        : Refusal.invalid(
            "cannot read the request body: " + (cause == null ? failure : cause).getMessage());
  }

  private static ByteString budgeted(ByteString bytes, AtomicLong taken) {
    if (!BODIES.take(bytes.size())) {
      throw new Refusal(ErrorKind.UNAVAILABLE, "too many requests with large bodies at once");
    }
    taken.addAndGet(bytes.size());
    return bytes;
  }

  private static ByteString bounded(ByteString data) {
    if (data.size() > MAX_WHOLE) {
      throw Refusal.invalid(
          "cannot read the request body: it is larger than %d bytes".formatted(MAX_WHOLE));
    }
    return data;
  }

  /** As it comes, however long, for a thread that may wait. Has to be closed. */
  InputStream input(Materializer materializer) {
    taken = true;
    return upload.orElseGet(
        () ->
            entity
                .withoutSizeLimit()
                .getDataBytes()
                .runWith(StreamConverters.asInputStream(CLIENT_SILENCE), materializer));
  }

  /** What is read for that outcome is closed with it; what is left of a body is passed over. */
  static <T> CompletionStage<T> closedAfter(CompletionStage<T> outcome, InputStream read) {
    return outcome.whenComplete(
        (_, _) -> {
          try {
            read.close();
          } catch (IOException closedBefore) {
            // Which is as good.
          }
        });
  }

  /**
   * Completes when the next request can be read. An answer that came before that would make the
   * server close the connection; which is what happens when much is left unread.
   */
  CompletionStage<Done> discard(Materializer materializer) {
    if (!taken && upload.isPresent()) {
      close(upload.get());
    }
    if (taken || entity.isStrict()) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    return entity
        .withSizeLimit(MAX_DISCARDED)
        .discardBytes(materializer)
        .completionStage()
        .exceptionally(_ -> Done.getInstance());
  }

  private static void close(InputStream unread) {
    try {
      unread.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
