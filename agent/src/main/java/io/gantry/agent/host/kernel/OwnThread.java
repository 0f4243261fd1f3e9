package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A thread for one operation that changes what the thread is, such as its namespaces. It ends with
 * the operation, so no other code can find itself in the wrong place.
 */
final class OwnThread {
  private OwnThread() {}

  static <T> T run(String name, Blocking.Operation<T> operation) throws IOException {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                result.complete(operation.run());
              } catch (IOException | RuntimeException | Error failed) {
                result.completeExceptionally(failed);
              }
            });
    try {
      return result.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a thread was in another namespace");
    } catch (ExecutionException failed) {
      throw Blocking.rethrown(failed);
    }
  }
}
