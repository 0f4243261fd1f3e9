package io.gantry.agent.container;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Does the host work of one container, one piece after another, each on a virtual thread of its
 * own. Another container's work is never waited for.
 */
final class Lane {
  private record Work(Runnable body, boolean mayBeGivenUp) {}

  private final String name;
  private final Deque<Work> waiting = new ArrayDeque<>();
  private Optional<Thread> working = Optional.empty();
  private boolean mayBeGivenUp;

  Lane(String name) {
    this.name = name;
  }

  <T> CompletionStage<T> then(Callable<T> work) {
    return then(work, false);
  }

  /** As {@link #then}, for work that {@link #hurry} may interrupt. */
  <T> CompletionStage<T> thenUnlessHurried(Callable<T> work) {
    return then(work, true);
  }

  private <T> CompletionStage<T> then(Callable<T> work, boolean givenUp) {
    var result = new CompletableFuture<T>();
    synchronized (this) {
      waiting.add(new Work(() -> complete(result, work), givenUp));
      if (working.isEmpty()) {
        next();
      }
    }
    return result;
  }

  /** What is being done is interrupted where that was allowed for. */
  synchronized void hurry() {
    if (mayBeGivenUp) {
      working.ifPresent(Thread::interrupt);
    }
  }

  private synchronized void next() {
    var work = waiting.poll();
    mayBeGivenUp = work != null && work.mayBeGivenUp();
    working =
        work == null
            ? Optional.empty()
            : Optional.of(
                Thread.ofVirtual()
                    .name(name)
                    .start(
                        () -> {
                          work.body().run();
                          next();
                        }));
  }

  private static <T> void complete(CompletableFuture<T> result, Callable<T> work) {
    try {
      result.complete(work.call());
    } catch (Throwable failure) {
      result.completeExceptionally(failure);
    }
  }
}
