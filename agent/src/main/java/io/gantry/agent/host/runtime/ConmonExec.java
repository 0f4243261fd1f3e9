package io.gantry.agent.host.runtime;

import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.bundle.ExecProcess;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.kernel.Pipe;
import io.gantry.agent.host.kernel.PolledChannel;
import io.gantry.agent.host.kernel.Signals;
import io.gantry.agent.host.kernel.Spawn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;

/**
 * One exec under a conmon of its own. With stdio attached the order is conmon's: it begins, says
 * that its socket listens, and runs the process once the client is connected, so nothing of the
 * output is lost.
 */
final class ConmonExec {
  private static final int KILL = 9;
  private static final int SYNC_DESCRIPTOR = 3;
  private static final int START_DESCRIPTOR = 4;
  private static final int ATTACH_DESCRIPTOR = 5;

  private final Path conmon;
  private final Path root;
  private final HostAbilities host;
  private final ExitWatch exits;

  ConmonExec(Path conmon, Path root, HostAbilities host, ExitWatch exits) {
    this.conmon = conmon;
    this.root = root;
    this.host = host;
    this.exits = exits;
  }

  Monitor.ExecStarted start(Monitor.ExecLaunch launch, Duration deadline) throws IOException {
    var files = RunFiles.ofExec(root, launch.id(), launch.execId());
    if (!Files.isDirectory(RunFiles.container(root, launch.id()))) {
      // Removed meanwhile: nothing may be made that nobody would take away again.
      throw new Monitor.CreateFailed(
          "cannot exec in a stopped container: container %s is not running".formatted(launch.id()));
    }
    Files.createDirectories(files.directory());
    var spec = launch.spec();
    Files.write(
        files.processSpec(), ExecProcess.write(launch.bundle(), spec, launch.environment(), host));
    var attached = spec.getAttachStdin() || spec.getAttachStdout() || spec.getAttachStderr();
    try (var invocation = launch.runtime().invocationForExec();
        var sync = new SyncPipe();
        var attach = new SyncPipe();
        var start = Pipe.open()) {
      var command =
          new ConmonCommand(conmon, invocation, files, launch.execId())
              .log(Optional.empty(), 0)
              .terminal(spec.getTty())
              .stdin(spec.getAttachStdin(), true)
              .exec(files.processSpec(), attached);
      var environment = new HashMap<>(invocation.environment());
      environment.put("_OCI_SYNCPIPE", Integer.toString(SYNC_DESCRIPTOR));
      environment.put("_OCI_STARTPIPE", Integer.toString(START_DESCRIPTOR));
      environment.put("_OCI_ATTACHPIPE", Integer.toString(ATTACH_DESCRIPTOR));
      var monitor =
          Spawn.of(command.words())
              .environment(environment)
              .in(files.directory())
              .give(SYNC_DESCRIPTOR, sync.pipe().sink())
              .give(START_DESCRIPTOR, start.source())
              .give(ATTACH_DESCRIPTOR, attach.pipe().sink())
              .inNewSession()
              .start();
      exits.started(files, monitor);
      // At once: it goes on when this agent dies, and the next one waits for its end.
      rememberMonitor(files, monitor.pid());
      sync.parentOnly();
      attach.parentOnly();
      start.source().close();
      var console = Optional.<Monitor.Console>empty();
      try (var go = new PolledChannel(start.sink())) {
        go.write(ByteBuffer.wrap(new byte[1]));
        if (attached) {
          attach.read(deadline);
          console = Optional.of(ConmonConsole.connect(files.attach()));
          go.write(ByteBuffer.wrap(new byte[1]));
        }
        var answer = sync.read(deadline);
        if (answer.data() <= 0) {
          throw new Monitor.CreateFailed(
              RuntimeWords.refusal(
                  launch.runtime().name(), "exec", answer.message(), spec.getCommand(0)));
        }
        rememberProcess(files, answer.data());
        return new Monitor.ExecStarted(answer.data(), console, exits.exit(files));
      } catch (InterruptedByTimeoutException late) {
        Signals.sendToGroup(monitor.pid(), KILL);
        console.ifPresent(Monitor.Console::close);
        throw new Monitor.CreateFailed(
            "%s exec did not answer within %s".formatted(launch.runtime().name(), deadline));
      } catch (IOException failed) {
        console.ifPresent(Monitor.Console::close);
        throw failed;
      }
    }
  }

  private static void rememberProcess(RunFiles files, long pid) throws IOException {
    var process = ProcessIdentity.of(pid);
    if (process.isPresent()) {
      files.rememberProcess(process.get());
    }
  }

  private static void rememberMonitor(RunFiles files, long pid) throws IOException {
    var monitor = ProcessIdentity.of(pid);
    if (monitor.isPresent()) {
      files.rememberMonitor(monitor.get());
    }
  }
}
