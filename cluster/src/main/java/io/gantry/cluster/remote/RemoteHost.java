package io.gantry.cluster.remote;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.headers.RawHeader;
import akka.japi.Pair;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.cluster.peer.PeerMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Another host, as it is called. What fails on the way is refused with UNAVAILABLE and names the
 * host; a call that changes something may then have been carried out. A host that is cut off lets
 * its calls fail within some seconds.
 *
 * @param name of that host
 * @param via name of this host: who calls there is "PRINCIPAL@VIA" in that host's record
 * @param channel the connection to it, made when it is needed
 */
public record RemoteHost(
    ActorSystem<?> system, String name, String via, Supplier<PeerChannel> channel) {
  /** What only reads is answered from memory there. */
  private static final Duration READ = Duration.ofSeconds(5);

  /** Stages complete where waiting is allowed. */
  public static final Executor WAITING = task -> Thread.ofVirtual().start(task);

  private List<HttpHeader> headers(Caller caller) {
    var principal = caller.principal() + "@" + via;
    return caller.requestId().isEmpty()
        ? List.of(RawHeader.create("gantry-principal", principal))
        : List.of(
            RawHeader.create("gantry-principal", principal),
            RawHeader.create("gantry-request-id", caller.requestId()));
  }

  /** However long it takes. */
  <I, O> CompletionStage<Outcome<O>> ask(Caller caller, PeerMethod<I, O> method, I request) {
    return channel()
        .get()
        .call(method, request, headers(caller))
        .handleAsync(
            (answer, failure) ->
                failure == null ? Outcome.done(answer) : RemoteFailure.of(name, failure).outcome(),
            WAITING);
  }

  /** Waits, but not for long. */
  <I, O> Outcome<O> read(PeerMethod<I, O> method, I request) {
    try {
      return Outcome.done(answer(method, request));
    } catch (RemoteFailure refused) {
      return refused.outcome();
    }
  }

  /** As {@link #read}, and throws what refuses it. */
  <I, O> O answer(PeerMethod<I, O> method, I request) {
    return await(channel().get().call(method, request, headers(Caller.ENGINE)));
  }

  private <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(READ.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException failed) {
      throw RemoteFailure.of(name, failed);
    }
  }

  /** The answers as they come. Runs once. */
  <I, O> Source<O, NotUsed> stream(Caller caller, PeerMethod<I, O> method, I request) {
    return streamed(caller, method, Source.single(request));
  }

  <I, O> Source<O, NotUsed> streamed(
      Caller caller, PeerMethod<I, O> method, Source<I, NotUsed> requests) {
    return Source.lazySource(() -> channel().get().stream(method, requests, headers(caller)))
        .mapMaterializedValue(_ -> NotUsed.getInstance())
        .mapError(Throwable.class, failure -> RemoteFailure.of(name, failure));
  }

  /** What a stream came to, or why it failed. */
  <T> CompletionStage<Outcome<T>> outcome(CompletionStage<T> end) {
    return end.handleAsync(
        (value, failure) ->
            failure == null ? Outcome.done(value) : RemoteFailure.of(name, failure).outcome(),
        WAITING);
  }

  /** Begins a call; done with its first answer and the others, which run once. */
  <I, O> CompletionStage<Outcome<Pair<O, Source<O, NotUsed>>>> open(
      Caller caller, PeerMethod<I, O> method, Source<I, NotUsed> requests) {
    return channel().get().stream(method, requests, headers(caller))
        .prefixAndTail(1)
        .runWith(Sink.head(), system)
        .handleAsync(
            (parts, failure) -> {
              if (failure != null) {
                return RemoteFailure.of(name, failure).outcome();
              }
              var rest =
                  parts.second().mapError(Throwable.class, later -> RemoteFailure.of(name, later));
              return parts.first().isEmpty()
                  ? new RemoteFailure(
                          io.gantry.protocol.ErrorKind.INTERNAL,
                          "host %s answered nothing".formatted(name))
                      .outcome()
                  : Outcome.done(Pair.create(parts.first().getFirst(), rest));
            },
            WAITING);
  }

  /** As {@link #open}, for whoever has to know at once. Waits. */
  <I, O> Outcome<Pair<O, Source<O, NotUsed>>> opened(PeerMethod<I, O> method, I request) {
    return awaitOutcome(open(Caller.ENGINE, method, Source.single(request)));
  }

  private <T> Outcome<T> awaitOutcome(CompletionStage<Outcome<T>> stage) {
    try {
      return await(stage);
    } catch (RemoteFailure late) {
      return late.outcome();
    }
  }

  public static <T> CompletionStage<T> now(T value) {
    return CompletableFuture.completedStage(value);
  }
}
