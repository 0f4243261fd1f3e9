package io.gantry.cli;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that streams in both directions. Sending waits until the agent takes more; an answer is
 * asked for when the one before it has been dealt with. So neither side piles up what the other is
 * too slow for.
 */
final class Conversation<I, O> implements ClientResponseObserver<I, O> {
  private final Consumer<O> answers;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable ClientCallStreamObserver<I> requests;

  Conversation(Consumer<O> answers) {
    this.answers = answers;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<I> stream) {
    requests = stream;
    stream.setOnReadyHandler(this::wakeSenders);
  }

  private synchronized void wakeSenders() {
    notifyAll();
  }

  private ClientCallStreamObserver<I> requests() {
    var stream = requests;
    if (stream == null) {
      throw new IllegalStateException("the call has not been started");
    }
    return stream;
  }

  /** After the end nothing is sent: nobody would read it. */
  synchronized void send(I message) {
    try {
      while (!ended.isDone() && !requests().isReady()) {
        wait();
      }
      if (!ended.isDone()) {
        requests().onNext(message);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void halfClose() {
    if (!ended.isDone()) {
      requests().onCompleted();
    }
  }

  @Override
  public void onNext(O answer) {
    try {
      answers.accept(answer);
    } catch (RuntimeException failure) {
      ended.completeExceptionally(failure);
      requests().cancel("the caller cannot go on", failure);
      wakeSenders();
    }
  }

  @Override
  public void onError(Throwable failure) {
    ended.completeExceptionally(failure);
    wakeSenders();
  }

  @Override
  public void onCompleted() {
    ended.complete(null);
    wakeSenders();
  }

  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Waits; fails as the call did. */
  void awaitEnd() {
    join(ended);
  }

  /** Waits for a value that the end of the call, if it is a failure, makes impossible. */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failure;
    }
  }
}
