package io.gantry.agent.engine;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Calls that wait for the host, each on a thread of its own.
 *
 * @param threads runs each task on a virtual thread
 */
record HostCalls(Executor threads) {
  interface Call<T> {
    T make() throws IOException;
  }

  /** Fails with the {@link IOException} of the call. */
  <T> CompletionStage<T> begin(Call<T> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.make();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        threads);
  }
}
