package io.gantry.agent.host.runtime;

import io.gantry.agent.host.Monitor.Exit;
import io.gantry.agent.host.kernel.ChildProcess;
import io.gantry.agent.host.kernel.PidFd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notices the ends of monitored processes. The monitor writes the exit file just before it ends
 * itself, so the monitor's pidfd tells when to look, and tells too when nothing will come any more.
 * No directory is watched and nothing is polled.
 */
final class ExitWatch {
  private final Map<Path, CompletionStage<?>> children = new ConcurrentHashMap<>();

  /** A monitor this agent started; it is held already. */
  void started(RunFiles files, ChildProcess monitor) {
    children.put(files.directory(), monitor.exit());
    monitor.exit().whenComplete((code, failure) -> children.remove(files.directory()));
  }

  CompletionStage<Exit> exit(RunFiles files) {
    try {
      var child = children.get(files.directory());
      if (child != null) {
        return child.handle((ended, failure) -> read(files));
      }
      var known = files.exit();
      if (known.isPresent()) {
        return CompletableFuture.completedStage(known.get());
      }
      return adopt(files).handle((ended, failure) -> read(files));
    } catch (IOException failed) {
      return CompletableFuture.failedStage(failed);
    }
  }

  /** The monitor of an earlier agent, which is nobody's child that we could wait for. */
  private static CompletionStage<?> adopt(RunFiles files) throws IOException {
    var monitor = files.monitor();
    var hold = monitor.isPresent() ? monitor.get().hold() : java.util.Optional.<PidFd>empty();
    if (hold.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    return hold.get().ended().whenComplete((ended, failure) -> hold.get().close());
  }

  private static Exit read(RunFiles files) {
    try {
      return files
          .exit()
          .orElseThrow(
              () ->
                  new IOException(
                      "nobody knows how %s ended: no exit file in %s and no monitor alive"
                          .formatted(files.name(), files.directory())));
    } catch (IOException failed) {
      throw new java.util.concurrent.CompletionException(failed);
    }
  }
}
