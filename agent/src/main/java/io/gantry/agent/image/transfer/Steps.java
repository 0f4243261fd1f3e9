package io.gantry.agent.image.transfer;

import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** The threads of one transfer. Steps may block; {@link #cancel} interrupts them. */
final class Steps {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  <T> CompletionStage<T> begin(Callable<T> step) {
    var result = new CompletableFuture<T>();
    try {
      threads.execute(
          () -> {
            try {
              result.complete(step.call());
            } catch (Exception | Error e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new InterruptedIOException("the transfer has ended"));
    }
    return result;
  }

  /** One of few at a time. */
  static <T> T within(Semaphore few, Callable<T> step) throws Exception {
    try {
      few.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a turn");
    }
    try {
      return step.call();
    } finally {
      few.release();
    }
  }

  void cancel() {
    threads.shutdownNow();
  }

  void close() {
    threads.shutdown();
  }
}
