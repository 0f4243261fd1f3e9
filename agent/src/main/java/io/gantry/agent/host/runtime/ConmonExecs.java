package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.bundle.ExecProcess;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Execs, and the monitors that wait for one. A client creates an exec and starts it a moment later;
 * its monitor and its runtime start in between, or before: who has started two in short order is
 * likely to want a third, and finds it waiting. What is not asked for soon is given up, and no
 * start depends on one that waits: whatever is wrong with it, another is started.
 */
final class ConmonExecs {
  /** A client that takes longer waits for its monitor, as all would otherwise. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MOST = 32;
  private static final int MOST_WITH_SPARES = 16;

  private final Path conmon;
  private final Path root;
  private final HostAbilities host;
  private final ExitWatch exits;
  private final ExecHabits habits = new ExecHabits(PATIENCE);
  private final Map<Path, Place> waiting = new ConcurrentHashMap<>();

  /**
   * @param exec the monitor that waits
   * @param words what it is to run; empty: nobody has said
   */
  private record Place(CompletableFuture<ConmonExec> exec, Optional<Words> words) {}

  /**
   * @param process of that launch, an OCI process as JSON
   */
  private record Words(Monitor.ExecLaunch launch, CompletableFuture<byte[]> process) {}

  ConmonExecs(Path conmon, Path root, HostAbilities host, ExitWatch exits) {
    this.conmon = conmon;
    this.root = root;
    this.host = host;
    this.exits = exits;
  }

  /** The exec that waits in this container for whoever asks next; it is the caller's now. */
  Optional<String> spare(ContainerId id, ExecSpec spec) {
    return habits.take(id, spec).map(ExecHabits.Spare::execId);
  }

  /**
   * Takes the exec's place at once, so that a start behind it finds it, and does the work on
   * threads of its own. A failure is left to the start to meet again.
   */
  void prepare(Monitor.ExecLaunch launch) {
    var directory = files(launch).directory();
    var spare = waiting.get(directory);
    if (spare == null) {
      waitFor(launch, Optional.of(words(launch)));
    } else if (spare.words().isEmpty()) {
      var place = new Place(spare.exec(), Optional.of(words(launch)));
      if (waiting.replace(directory, spare, place)) {
        bePatient(launch, place);
      }
    }
  }

  private void waitFor(Monitor.ExecLaunch launch, Optional<Words> words) {
    var files = files(launch);
    var place = new Place(new CompletableFuture<>(), words);
    if (waiting.size() >= MOST || waiting.putIfAbsent(files.directory(), place) != null) {
      return;
    }
    bePatient(launch, place);
    Thread.ofVirtual()
        .name("prepare-exec")
        .start(
            () -> {
              try {
                place.exec().complete(begin(files, launch, PATIENCE));
              } catch (IOException | RuntimeException | Error failed) {
                waiting.computeIfPresent(
                    files.directory(), (_, now) -> now.exec() == place.exec() ? null : now);
                habits.lost(launch.id(), launch.execId());
                place.exec().completeExceptionally(failed);
              }
            });
  }

  private void bePatient(Monitor.ExecLaunch launch, Place place) {
    CompletableFuture.delayedExecutor(
            PATIENCE.toSeconds(), TimeUnit.SECONDS, Thread::startVirtualThread)
        .execute(() -> giveUp(launch, place));
  }

  private Words words(Monitor.ExecLaunch launch) {
    return new Words(
        launch,
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return process(launch);
              } catch (IOException failed) {
                throw new CompletionException(failed);
              }
            },
            Thread::startVirtualThread));
  }

  private byte[] process(Monitor.ExecLaunch launch) throws IOException {
    return ExecProcess.write(launch.bundle(), launch.spec(), launch.environment(), host);
  }

  Monitor.ExecStarted start(Monitor.ExecLaunch launch, Duration deadline) throws IOException {
    var files = files(launch);
    var place = Optional.ofNullable(waiting.remove(files.directory()));
    var prepared = place.flatMap(ConmonExecs::ready);
    if (prepared.isPresent() && !prepared.get().suits(launch)) {
      end(files.directory(), prepared.get());
      prepared = Optional.empty();
    }
    var words = place.flatMap(Place::words).filter(of -> of.launch().equals(launch));
    try (var exec = prepared.isPresent() ? prepared.get() : begin(files, launch, deadline)) {
      var process = words.isPresent() ? said(words.get()) : process(launch);
      var started = exec.run(process, launch.spec().getCommand(0), exits, deadline);
      if (place.isPresent()) {
        expectAnother(launch, started);
      }
      return started;
    }
  }

  private static byte[] said(Words words) throws IOException {
    try {
      return words.process().join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed);
    }
  }

  /** Its spare starts when this one has ended, lest it slow it down. */
  private void expectAnother(Monitor.ExecLaunch last, Monitor.ExecStarted started) {
    var habit = habits.started(last.id(), System.nanoTime());
    var next =
        new Monitor.ExecLaunch(
            last.id(),
            ContainerId.random().value(),
            last.runtime(),
            last.bundle(),
            last.spec(),
            last.environment());
    started
        .exit()
        .thenAccept(
            _ -> {
              if (waiting.size() < MOST_WITH_SPARES
                  && habits.expect(
                      last.id(), habit, new ExecHabits.Spare(next.execId(), next.spec()))) {
                waitFor(next, Optional.empty());
              }
            });
  }

  /** A run of this container begins or has ended. */
  void forgetSpare(ContainerId id) {
    habits
        .forget(id)
        .ifPresent(spare -> forget(RunFiles.ofExec(root, id, spare.execId()).directory()));
  }

  /** Nobody will start it any more. */
  void forget(Path directory) {
    Optional.ofNullable(waiting.remove(directory))
        .flatMap(ConmonExecs::ready)
        .ifPresent(exec -> end(directory, exec));
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
    return ConmonExec.begin(conmon, files, launch, exits, deadline);
  }

  private RunFiles files(Monitor.ExecLaunch launch) {
    return RunFiles.ofExec(root, launch.id(), launch.execId());
  }

  private static Optional<ConmonExec> ready(Place place) {
    return place.exec().handle((exec, failure) -> Optional.ofNullable(exec)).join();
  }

  private void giveUp(Monitor.ExecLaunch launch, Place place) {
    var directory = files(launch).directory();
    if (waiting.remove(directory, place)) {
      habits.lost(launch.id(), launch.execId());
      place.exec().thenAccept(exec -> end(directory, exec));
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
