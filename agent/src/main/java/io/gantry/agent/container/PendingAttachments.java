package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Those who attached before the start: connected once the process exists and before it runs, so
 * nothing is lost.
 */
public final class PendingAttachments {
  private final Map<ContainerId, List<CompletableFuture<Monitor.Console>>> waiting =
      new ConcurrentHashMap<>();

  public CompletionStage<Monitor.Console> next(ContainerId id) {
    var console = new CompletableFuture<Monitor.Console>();
    waiting.compute(
        id,
        (_, others) -> {
          var all =
              others == null
                  ? new CopyOnWriteArrayList<CompletableFuture<Monitor.Console>>()
                  : others;
          all.add(console);
          return all;
        });
    return console;
  }

  /** Where one cannot be connected none can: the others are {@link #giveUp given up} with it. */
  void connect(Monitor monitor, ContainerId id, long incarnation) throws IOException {
    var consoles = List.copyOf(waiting.getOrDefault(id, List.of()));
    for (var console : consoles) {
      var attached = monitor.attach(id, incarnation);
      if (!console.complete(attached)) {
        attached.close();
      }
    }
    waiting.computeIfPresent(
        id,
        (_, all) -> {
          all.removeAll(consoles);
          return all.isEmpty() ? null : all;
        });
  }

  /** The launch failed, or the container is gone: their streams end. */
  void giveUp(ContainerId id, String why) {
    var consoles = waiting.remove(id);
    if (consoles != null) {
      consoles.forEach(console -> console.completeExceptionally(new IOException(why)));
    }
  }
}
