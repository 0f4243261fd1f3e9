package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.bundle.ProbeBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs one small container from the host's own programs, as the agent will run containers: created
 * under the monitor, started, ended, deleted. Its process looks whether the filter of system calls
 * is in force, so a runtime that ignores a compiled one does not pass.
 */
final class RuntimeProbe {
  private final Path conmon;
  private final Path run;
  private final HostAbilities host;

  RuntimeProbe(Path conmon, Path run, HostAbilities host) {
    this.conmon = conmon;
    this.run = run;
    this.host = host;
  }

  void run(OciRuntime runtime, Duration deadline) throws IOException {
    var id = ContainerId.random();
    var directory = run.resolve("probe").resolve(id.abbreviated());
    var monitor = new ConmonMonitor(conmon, directory, host);
    try {
      ProbeBundle.write(directory, id, host);
      var created =
          monitor.create(
              new Monitor.Launch(
                  id, 1, directory, runtime, false, false, true, Optional.empty(), 0, 1),
              deadline);
      runtime.start(id);
      var exit =
          monitor
              .exit(id, 1, created.monitorPid())
              .toCompletableFuture()
              .get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      if (exit.code() != 0) {
        throw new IOException("its process ended with " + exit.code());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while probing " + runtime.name(), interrupted);
    } catch (TimeoutException late) {
      throw new IOException("its process did not end within " + deadline);
    } catch (ExecutionException failed) {
      var cause = Objects.requireNonNullElse(failed.getCause(), failed);
      throw new IOException(cause.getMessage(), cause);
    } finally {
      monitor.remove(id);
      runtime.delete(id);
      Trees.delete(directory);
    }
  }
}
