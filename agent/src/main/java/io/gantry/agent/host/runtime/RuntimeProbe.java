package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Cgroups;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.bundle.ProbeBundle;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs one small container from the host's own programs, as the agent will run containers: created
 * under the monitor, started, entered by an exec, told to end, deleted. Its process looks whether
 * the filter of system calls is in force, so a runtime that ignores a compiled one does not pass.
 *
 * <p>Nothing of it stays, whether it passes or not. Where the agent is killed meanwhile, the next
 * one finds its control group and its runtime's state among the containers nobody knows, and this
 * takes its files away.
 */
final class RuntimeProbe {
  private static final byte[] GO = {'\n'};

  /** Something that is to be taken away, whatever becomes of the others. */
  private interface Piece extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private final Path conmon;
  private final Path run;
  private final HostAbilities host;
  private final Cgroups cgroups;

  RuntimeProbe(Path conmon, Path run, HostAbilities host, Cgroups cgroups) {
    this.conmon = conmon;
    this.run = run;
    this.host = host;
    this.cgroups = cgroups;
  }

  void run(OciRuntime runtime, Duration deadline) throws IOException {
    var id = ContainerId.random();
    var probes = run.resolve("probe");
    Trees.delete(probes);
    var directory = probes.resolve(id.abbreviated());
    var monitor = new ConmonMonitor(conmon, directory, host);
    try (Piece _ = () -> Trees.delete(directory);
        Piece _ = () -> cgroups.remove(id);
        Piece _ = () -> runtime.delete(id);
        Piece _ = () -> monitor.remove(id)) {
      ProbeBundle.write(directory, cgroups.path(id, ""), host);
      var created =
          monitor.create(
              new Monitor.Launch(
                  id,
                  1,
                  directory,
                  List.of(),
                  runtime,
                  false,
                  true,
                  true,
                  Optional.empty(),
                  0,
                  1,
                  Optional.empty()),
              deadline);
      try (var console = monitor.attach(id, 1)) {
        runtime.start(id);
        exec(monitor, runtime, id, directory, deadline);
        console.write(GO, 0, GO.length);
        requireSuccess(monitor.exit(id, 1, created.monitorPid()), "its process", deadline);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while probing " + runtime.name(), interrupted);
    } catch (TimeoutException late) {
      throw new IOException("a process of it did not end within " + deadline);
    } catch (ExecutionException failed) {
      var cause = Objects.requireNonNullElse(failed.getCause(), failed);
      throw new IOException(cause.getMessage(), cause);
    }
  }

  private static void exec(
      Monitor monitor, OciRuntime runtime, ContainerId id, Path bundle, Duration deadline)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    var spec = ExecSpec.newBuilder().addCommand("true").setAttachStdout(true).build();
    var started =
        monitor.exec(
            new Monitor.ExecLaunch(id, "probe", runtime, bundle, spec, Map.of()), deadline);
    try (var console = started.console().orElseThrow()) {
      requireSuccess(started.exit(), "an exec", deadline);
      if (console.read().isPresent()) {
        throw new IOException("an exec of 'true' printed something");
      }
    }
  }

  private static void requireSuccess(
      CompletionStage<Monitor.Exit> exit, String process, Duration deadline)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    var ended = exit.toCompletableFuture().get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    if (ended.code() != 0) {
      throw new IOException("%s ended with %d".formatted(process, ended.code()));
    }
  }
}
