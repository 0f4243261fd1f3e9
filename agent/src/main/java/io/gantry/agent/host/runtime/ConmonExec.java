package io.gantry.agent.host.runtime;

import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.kernel.ChildProcess;
import io.gantry.agent.host.kernel.Pipe;
import io.gantry.agent.host.kernel.PolledChannel;
import io.gantry.agent.host.kernel.Signals;
import io.gantry.agent.host.kernel.Spawn;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Optional;

/**
 * One exec under a conmon of its own. The order is conmon's: it begins and waits; with stdio
 * attached it says that its socket listens and waits again, so that its client is connected before
 * the process runs and nothing of the output is lost. Then it starts the runtime, which reads what
 * to run from a pipe of the agent's: until that is written nothing has happened to the container,
 * so all of this can be done ahead.
 *
 * <p>A monitor that waits is harmless when the agent dies: it or its runtime reads the end where it
 * waited, or finds no pipe, and ends.
 */
final class ConmonExec implements AutoCloseable {
  private static final int KILL = 9;
  private static final int SYNC_DESCRIPTOR = 3;
  private static final int START_DESCRIPTOR = 4;
  private static final int ATTACH_DESCRIPTOR = 5;
  private static final int SYNC_READER_DESCRIPTOR = 6;

  private final Monitor.ExecLaunch launch;
  private final RunFiles files;
  private final OciRuntime.Invocation invocation;
  private final SyncPipe sync;
  private final SyncPipe attach;
  private final Pipe start;
  private final Pipe process;
  private final PolledChannel go;
  private final PolledChannel toRuntime;
  private final ChildProcess monitor;
  private Optional<Monitor.Console> console = Optional.empty();

  private ConmonExec(
      Path conmon,
      RunFiles files,
      Monitor.ExecLaunch launch,
      OciRuntime.Invocation invocation,
      SyncPipe sync,
      SyncPipe attach,
      Pipe start,
      Pipe process)
      throws IOException {
    this.launch = launch;
    this.files = files;
    this.invocation = invocation;
    this.sync = sync;
    this.attach = attach;
    this.start = start;
    this.process = process;
    go = new PolledChannel(start.sink());
    toRuntime = new PolledChannel(process.sink());
    monitor = spawn(conmon);
    sync.parentOnly();
    attach.parentOnly();
    start.source().close();
  }

  /**
   * Starts the monitor and its runtime, which waits. {@code files}: nothing is there.
   *
   * @param launch of it only what a monitor is told; what is to run is told to {@link #run}
   * @param deadline for the monitor to listen
   */
  static ConmonExec begin(
      Path conmon, RunFiles files, Monitor.ExecLaunch launch, ExitWatch exits, Duration deadline)
      throws IOException {
    Files.createDirectories(files.directory());
    var opened = new ArrayDeque<AutoCloseable>();
    try {
      var invocation = launch.runtime().invocationForExec();
      opened.push(invocation);
      var sync = new SyncPipe();
      opened.push(sync);
      var attach = new SyncPipe();
      opened.push(attach);
      var start = Pipe.open();
      opened.push(start);
      var process = Pipe.open();
      opened.push(process);
      var exec = new ConmonExec(conmon, files, launch, invocation, sync, attach, start, process);
      opened.push(exec);
      exits.started(files, exec.monitor);
      // At once: it goes on when this agent dies, and the next one waits for its end.
      exec.rememberMonitor();
      exec.proceed(deadline);
      opened.clear();
      return exec;
    } finally {
      while (!opened.isEmpty()) {
        try {
          opened.pop().close();
        } catch (Exception alsoFailed) {
          // What made it necessary is thrown.
        }
      }
    }
  }

  private ChildProcess spawn(Path conmon) throws IOException {
    var spec = launch.spec();
    var command =
        new ConmonCommand(conmon, invocation, files, launch.execId())
            .log(Optional.empty(), 0)
            .terminal(spec.getTty())
            .stdin(spec.getAttachStdin(), true)
            .exec(process.source().pathForOthers(), attached(spec));
    var environment = new HashMap<>(invocation.environment());
    environment.put("_OCI_SYNCPIPE", Integer.toString(SYNC_DESCRIPTOR));
    environment.put("_OCI_STARTPIPE", Integer.toString(START_DESCRIPTOR));
    environment.put("_OCI_ATTACHPIPE", Integer.toString(ATTACH_DESCRIPTOR));
    return Spawn.of(command.words())
        .environment(environment)
        .in(files.directory())
        .give(SYNC_DESCRIPTOR, sync.pipe().sink())
        .give(START_DESCRIPTOR, start.source())
        .give(ATTACH_DESCRIPTOR, attach.pipe().sink())
        // A conmon that cannot say the pid, for nobody reads it, ends and sees no exit code. So
        // the pipe has a reader as long as its writer lives, whatever becomes of the agent.
        .give(SYNC_READER_DESCRIPTOR, sync.pipe().source())
        .inNewSession()
        .start();
  }

  private static boolean attached(ExecSpec spec) {
    return spec.getAttachStdin() || spec.getAttachStdout() || spec.getAttachStderr();
  }

  private void proceed(Duration deadline) throws IOException {
    if (attached(launch.spec())) {
      sayGo();
      try {
        attach.read(deadline);
      } catch (InterruptedByTimeoutException late) {
        giveUp();
        throw new Monitor.CreateFailed("conmon did not listen within " + deadline);
      }
      console = Optional.of(ConmonConsole.connect(files.attach()));
    }
    sayGo();
  }

  private void sayGo() throws IOException {
    go.write(ByteBuffer.wrap(new byte[1]));
  }

  /** Whether its monitor is as this one's would be. */
  boolean suits(Monitor.ExecLaunch other) {
    return launch.id().equals(other.id())
        && launch.execId().equals(other.execId())
        && launch.runtime().equals(other.runtime())
        && launch.bundle().equals(other.bundle())
        && alike(launch.spec(), other.spec());
  }

  /** Whether the monitors of both have the same to do. */
  static boolean alike(ExecSpec one, ExecSpec other) {
    return one.getTty() == other.getTty()
        && one.getAttachStdin() == other.getAttachStdin()
        && attached(one) == attached(other);
  }

  /**
   * Runs the process. Close this afterwards.
   *
   * @param process an OCI process, as JSON
   * @param program for error texts
   */
  Monitor.ExecStarted run(byte[] process, String program, ExitWatch exits, Duration deadline)
      throws IOException {
    try {
      hand(process);
      var answer = sync.read(deadline);
      if (answer.data() <= 0) {
        throw new Monitor.CreateFailed(
            RuntimeWords.refusal(launch.runtime().name(), "exec", answer.message(), program));
      }
      rememberProcess(answer.data());
      return new Monitor.ExecStarted(answer.data(), console, exits.exit(files));
    } catch (InterruptedByTimeoutException late) {
      giveUp();
      throw new Monitor.CreateFailed(
          "%s exec did not answer within %s".formatted(launch.runtime().name(), deadline));
    } catch (IOException failed) {
      console.ifPresent(Monitor.Console::close);
      throw failed;
    }
  }

  /** On a thread of its own, for a pipe holds 64 KiB and its reader may hang. */
  void hand(byte[] process) {
    Thread.ofVirtual()
        .name("hand-exec")
        .start(
            () -> {
              try (toRuntime) {
                toRuntime.write(ByteBuffer.wrap(process));
              } catch (IOException _) {
                // The runtime has ended, or is given up: what it has to say comes by itself.
              }
            });
  }

  private void rememberProcess(long pid) throws IOException {
    var process = ProcessIdentity.of(pid);
    if (process.isPresent()) {
      files.rememberProcess(process.get());
    }
  }

  private void rememberMonitor() throws IOException {
    var identity = ProcessIdentity.of(monitor.pid());
    if (identity.isPresent()) {
      files.rememberMonitor(identity.get());
    }
  }

  /** Ends the monitor, with the runtime if that is under way. */
  void giveUp() throws IOException {
    console.ifPresent(Monitor.Console::close);
    Signals.sendToGroup(monitor.pid(), KILL);
  }

  @Override
  public void close() {
    sync.close();
    attach.close();
    go.close();
    start.close();
    toRuntime.close();
    process.close();
    invocation.close();
  }
}
