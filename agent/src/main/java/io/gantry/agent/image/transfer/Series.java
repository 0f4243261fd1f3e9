package io.gantry.agent.image.transfer;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.transfer.LocalRegistries.Running;
import io.gantry.protocol.ErrorKind;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** One transfer after the other, for all tags of a repository. The first that fails is the last. */
final class Series {
  private Series() {}

  static <T> Running<T> of(Callable<List<String>> tags, Function<String, Running<T>> transfer) {
    var outcome = new CompletableFuture<Outcome<T>>();
    var current = new AtomicReference<Runnable>(() -> {});
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Outcome<T> last =
                        Outcome.refused(ErrorKind.NOT_FOUND, "the repository has no tags");
                    for (var tag : tags.call()) {
                      var running = transfer.apply(tag);
                      current.set(running.cancel());
                      last = running.outcome().toCompletableFuture().get();
                      if (last instanceof Outcome.Refused<T>) {
                        break;
                      }
                    }
                    outcome.complete(last);
                  } catch (Exception e) {
                    outcome.complete(
                        TransferFailures.other("go through the tags", TransferFailures.cause(e)));
                  }
                });
    return new Running<>(
        outcome,
        () -> {
          Objects.requireNonNull(current.get()).run();
          thread.interrupt();
        });
  }
}
