package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.kernel.ChildProcess;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.Signals;
import io.gantry.agent.host.kernel.Spawn;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * conmon, one process a run and one an exec. Each leads its own session and holds no descriptor of
 * the agent but the one it is given to keep, so the agent's death does not reach it. While the
 * agent lives it is the agent's child and is reaped by it; afterwards init does.
 */
public final class ConmonMonitor implements Monitor {
  private static final Logger LOG = LoggerFactory.getLogger(ConmonMonitor.class);
  private static final int KILL = 9;
  private static final int SYNC_DESCRIPTOR = 3;

  /** conmon leaves alone what it was given and does not know. */
  private static final int KEPT_DESCRIPTOR = 4;

  private final Path conmon;
  private final Path root;
  private final ExitWatch exits = new ExitWatch();
  private final ConmonExecs execs;
  private final LogRotation rotation = new LogRotation();
  private final OomWatch memory = new OomWatch();

  /**
   * @param conmon the program
   * @param root the agent's run directory
   * @param host what an exec may be granted
   */
  public ConmonMonitor(Path conmon, Path root, HostAbilities host) {
    this.conmon = conmon;
    this.root = root;
    this.execs = new ConmonExecs(conmon, root, host, exits);
  }

  @Override
  public Created create(Launch launch, Duration deadline) throws IOException {
    execs.forgetSpare(launch.id());
    var files = RunFiles.ofRun(root, launch.id(), launch.incarnation());
    if (Files.exists(files.directory())) {
      // An agent died between this step's begin and its record: what it left is of no use.
      end(files);
      launch.runtime().delete(launch.id());
      Trees.delete(files.directory());
    }
    Files.createDirectories(files.directory());
    Files.createSymbolicLink(files.config(), launch.bundle().resolve("config.json"));
    try (var invocation = launch.runtime().invocationForCreate(launch.paths());
        var sync = new SyncPipe()) {
      var command =
          new ConmonCommand(conmon, invocation, files, launch.id().value())
              .log(launch.log(), hardBound(launch))
              .terminal(launch.tty())
              .stdin(launch.openStdin(), launch.stdinOnce());
      var monitor = spawn(command, invocation, files, sync, launch.kept());
      exits.started(files, monitor);
      var answer = answer(launch, sync, monitor, deadline);
      var process = ProcessIdentity.of(answer.data());
      if (process.isPresent()) {
        files.rememberProcess(process.get());
      }
      bound(launch, files);
      return new Created(answer.data(), monitor.pid());
    }
  }

  /** What the monitor keeps to by itself: there may be no agent to rotate. */
  private static long hardBound(Launch launch) {
    var files = Math.max(1, launch.logMaxFiles());
    return Math.min(launch.logMaxBytes(), Long.MAX_VALUE / files) * files;
  }

  private void bound(Launch launch, RunFiles files) throws IOException {
    if (launch.log().isPresent()) {
      var bounds =
          new LogRotation.Bounds(launch.log().get(), launch.logMaxBytes(), launch.logMaxFiles());
      if (bounds.rotate()) {
        files.rememberLog(bounds);
        rotation.add(files, bounds);
      }
    }
  }

  private static ChildProcess spawn(
      ConmonCommand command,
      OciRuntime.Invocation invocation,
      RunFiles files,
      SyncPipe sync,
      Optional<Descriptor> kept)
      throws IOException {
    var environment = new HashMap<>(invocation.environment());
    environment.put("_OCI_SYNCPIPE", Integer.toString(SYNC_DESCRIPTOR));
    var spawn =
        Spawn.of(command.words())
            .environment(environment)
            .in(files.directory())
            .give(SYNC_DESCRIPTOR, sync.pipe().sink())
            .inNewSession();
    var monitor =
        kept.map(descriptor -> spawn.give(KEPT_DESCRIPTOR, descriptor)).orElse(spawn).start();
    sync.parentOnly();
    var identity = ProcessIdentity.of(monitor.pid());
    if (identity.isPresent()) {
      files.rememberMonitor(identity.get());
    }
    return monitor;
  }

  private static SyncPipe.Answer answer(
      Launch launch, SyncPipe sync, ChildProcess monitor, Duration deadline) throws IOException {
    SyncPipe.Answer answer;
    try {
      answer = sync.read(deadline);
    } catch (InterruptedByTimeoutException late) {
      // With the runtime, which is in its group.
      Signals.sendToGroup(monitor.pid(), KILL);
      throw new CreateFailed(
          "%s create did not answer within %s".formatted(launch.runtime().name(), deadline));
    }
    if (answer.data() <= 0) {
      throw new CreateFailed(
          RuntimeWords.refusal(
              launch.runtime().name(),
              "create",
              answer.message(),
              RunFiles.program(launch.bundle().resolve("config.json"))));
    }
    return answer;
  }

  @Override
  public CompletionStage<Exit> exit(ContainerId id, long incarnation, long monitorPid) {
    var files = RunFiles.ofRun(root, id, incarnation);
    var exit = exits.exit(files);
    if (!exit.toCompletableFuture().isDone()) {
      resumeRotation(files);
    }
    return exit.whenComplete(
        (ended, failure) -> {
          rotation.remove(files);
          memory.remove(files);
        });
  }

  @Override
  public void watchMemory(ContainerId id, long incarnation, Consumer<Instant> listener) {
    memory.add(RunFiles.ofRun(root, id, incarnation), listener);
  }

  /** Of a run that an earlier agent began. */
  private void resumeRotation(RunFiles files) {
    try {
      files.log().ifPresent(bounds -> rotation.add(files, bounds));
    } catch (IOException unreadable) {
      // Then the monitor's own bound holds.
    }
  }

  @Override
  public boolean alive(ContainerId id, long incarnation) throws IOException {
    var files = RunFiles.ofRun(root, id, incarnation);
    var process = files.process();
    return process.isPresent() && process.get().alive();
  }

  @Override
  public Optional<Descriptor> kept(ContainerId id, long incarnation) {
    try {
      var monitor = RunFiles.ofRun(root, id, incarnation).monitor();
      return monitor.isEmpty() ? Optional.empty() : monitor.get().descriptor(KEPT_DESCRIPTOR);
    } catch (IOException unknown) {
      LOG.debug("what the monitor of {} keeps cannot be had", id.abbreviated(), unknown);
      return Optional.empty();
    }
  }

  @Override
  public Console attach(ContainerId id, long incarnation) throws IOException {
    return ConmonConsole.connect(RunFiles.ofRun(root, id, incarnation).attach()).accepted();
  }

  @Override
  public void resize(ContainerId id, long incarnation, int height, int width) throws IOException {
    resize(RunFiles.ofRun(root, id, incarnation), height, width);
  }

  @Override
  public void resizeExec(ContainerId id, String execId, int height, int width) throws IOException {
    resize(RunFiles.ofExec(root, id, execId), height, width);
  }

  private static void resize(RunFiles files, int height, int width) throws IOException {
    files.control("1 %d %d\n".formatted(height, width));
  }

  @Override
  public ExecStarted exec(ExecLaunch launch, Duration deadline) throws IOException {
    return execs.start(launch, deadline);
  }

  @Override
  public Optional<String> spareExec(ContainerId id, ExecSpec spec) {
    return execs.spare(id, spec);
  }

  @Override
  public void prepareExec(ExecLaunch launch) {
    execs.prepare(launch);
  }

  @Override
  public void killExec(ContainerId id, String execId) throws IOException {
    var process = RunFiles.ofExec(root, id, execId).process();
    if (process.isPresent() && process.get().alive()) {
      // conmon's child leads a session of its own: its group is what it started and did not detach.
      Signals.sendToGroup(process.get().pid(), KILL);
      process.get().signal(KILL);
    }
  }

  @Override
  public CompletionStage<Exit> execExit(ContainerId id, String execId) {
    return exits.exit(RunFiles.ofExec(root, id, execId));
  }

  @Override
  public void release(ContainerId id, long incarnation) throws IOException {
    execs.forgetSpare(id);
    release(RunFiles.ofRun(root, id, incarnation));
  }

  @Override
  public void releaseExec(ContainerId id, String execId) throws IOException {
    var files = RunFiles.ofExec(root, id, execId);
    execs.forget(files.directory());
    release(files);
  }

  private static void release(RunFiles files) throws IOException {
    if (Files.exists(files.directory())) {
      end(files);
      Trees.delete(files.directory());
    }
  }

  @Override
  public void remove(ContainerId id) throws IOException {
    execs.forgetSpare(id);
    var container = RunFiles.container(root, id);
    rotation.removeBelow(container);
    if (!Files.exists(container)) {
      return;
    }
    try (var runs = Files.newDirectoryStream(container)) {
      for (var run : runs) {
        if (!Files.isDirectory(run)) {
          continue;
        }
        if (run.endsWith("exec")) {
          try (var each = Files.newDirectoryStream(run)) {
            for (var exec : each) {
              execs.forget(exec);
              end(new RunFiles(exec, id.value()));
            }
          }
        } else {
          end(new RunFiles(run, id.value()));
        }
      }
    }
    Trees.delete(container);
  }

  /** A monitor whose process still lives takes the process with it, for nobody would reap that. */
  static void end(RunFiles files) throws IOException {
    var process = files.process();
    if (process.isPresent()) {
      process.get().signal(KILL);
    }
    var monitor = files.monitor();
    if (monitor.isPresent()) {
      monitor.get().signal(KILL);
    }
  }
}
