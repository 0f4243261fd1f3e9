package io.gantry.agent.host.runtime;

import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.bundle.ExecProcess;
import io.gantry.agent.host.bundle.HostAbilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Execs, and the monitors that wait for one. A client creates an exec and starts it a moment later;
 * its monitor and its runtime start in between. What is not asked for soon is given up, and no
 * start depends on one that waits: whatever is wrong with it, another is started.
 */
final class ConmonExecs {
  /** A client that takes longer waits for its monitor, as all would otherwise. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MOST = 32;

  private final Path conmon;
  private final Path root;
  private final HostAbilities host;
  private final ExitWatch exits;
  private final Map<Path, CompletableFuture<ConmonExec>> waiting = new ConcurrentHashMap<>();

  ConmonExecs(Path conmon, Path root, HostAbilities host, ExitWatch exits) {
    this.conmon = conmon;
    this.root = root;
    this.host = host;
    this.exits = exits;
  }

  /**
   * Takes the exec's place at once, so that a start behind it finds it, and does the work on a
   * thread of its own. A failure is left to the start to meet again.
   */
  void prepare(Monitor.ExecLaunch launch) {
    var files = files(launch);
    var place = new CompletableFuture<ConmonExec>();
    if (waiting.size() >= MOST || waiting.putIfAbsent(files.directory(), place) != null) {
      return;
    }
    CompletableFuture.delayedExecutor(
            PATIENCE.toSeconds(), TimeUnit.SECONDS, Thread::startVirtualThread)
        .execute(() -> giveUp(files.directory(), place));
    Thread.ofVirtual()
        .name("prepare-exec")
        .start(
            () -> {
              try {
                place.complete(begin(files, launch, PATIENCE));
              } catch (IOException | RuntimeException | Error failed) {
                waiting.remove(files.directory(), place);
                place.completeExceptionally(failed);
              }
            });
  }

  Monitor.ExecStarted start(Monitor.ExecLaunch launch, Duration deadline) throws IOException {
    var files = files(launch);
    var prepared = taken(files.directory());
    if (prepared.isPresent() && !prepared.get().isFor(launch)) {
      end(files.directory(), prepared.get());
      prepared = Optional.empty();
    }
    try (var exec = prepared.isPresent() ? prepared.get() : begin(files, launch, deadline)) {
      return exec.run(exits, deadline);
    }
  }

  /** Nobody will start it any more. */
  void forget(Path directory) {
    taken(directory).ifPresent(exec -> end(directory, exec));
  }

  private ConmonExec begin(RunFiles files, Monitor.ExecLaunch launch, Duration deadline)
      throws IOException {
    if (!Files.isDirectory(RunFiles.container(root, launch.id()))) {
      // Removed meanwhile: nothing may be made that nobody would take away again.
      throw new Monitor.CreateFailed(
          "cannot exec in a stopped container: container %s is not running".formatted(launch.id()));
    }
    if (Files.exists(files.directory())) {
      // What an agent before this one prepared, and did not start.
      ConmonMonitor.end(files);
      Trees.delete(files.directory());
    }
    return ConmonExec.begin(
        conmon,
        files,
        launch,
        () -> ExecProcess.write(launch.bundle(), launch.spec(), launch.environment(), host),
        exits,
        deadline);
  }

  private RunFiles files(Monitor.ExecLaunch launch) {
    return RunFiles.ofExec(root, launch.id(), launch.execId());
  }

  private Optional<ConmonExec> taken(Path directory) {
    var place = waiting.remove(directory);
    return place == null
        ? Optional.empty()
        : place.handle((exec, failure) -> Optional.ofNullable(exec)).join();
  }

  private void giveUp(Path directory, CompletableFuture<ConmonExec> place) {
    if (waiting.remove(directory, place)) {
      place.thenAccept(exec -> end(directory, exec));
    }
  }

  private static void end(Path directory, ConmonExec exec) {
    try (exec) {
      exec.giveUp();
      Trees.delete(directory);
    } catch (IOException left) {
      // Its directory goes with its container's.
    }
  }
}
