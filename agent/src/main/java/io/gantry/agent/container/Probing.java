package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Sandbox.ProbeResult;
import io.gantry.agent.host.Monitor;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a container's HEALTHCHECK. Rare probes are execs of their own, as with Docker. Frequent ones
 * are run by a {@link ProbeShell} where the container has a shell: two hundred entries into
 * containers a second would cost more than a processor, two hundred forks cost a small part of one.
 */
public final class Probing {
  private static final Duration FREQUENT = Duration.ofSeconds(10);
  private static final int UNKNOWN_FAILURE = 128;

  private final Host host;
  private final Execution execution;
  private final Map<Run, Resident> residents = new ConcurrentHashMap<>();

  /** The last run of each container that has no shell, until the container goes. */
  private final Map<ContainerId, Long> withoutShell = new ConcurrentHashMap<>();

  private record Run(ContainerId id, long incarnation) {}

  private record Resident(String execId, ProbeShell shell) {}

  public Probing(Host host, Execution execution) {
    this.host = host;
    this.execution = execution;
  }

  ProbeResult probe(Container container, ExecSpec command, Duration within, int limit)
      throws IOException, InterruptedException {
    var run = new Run(new ContainerId(container.getId()), container.getStatus().getIncarnation());
    var interval = Duration.ofNanos(container.getSpec().getHealthcheck().getIntervalNanos());
    var frequent = interval.isPositive() && interval.compareTo(FREQUENT) < 0;
    if (!frequent || withoutShell.getOrDefault(run.id(), -1L) == run.incarnation()) {
      return alone(container, command, within, limit);
    }
    var resident = residents.get(run);
    if (resident == null) {
      try {
        resident = settle(run, container, command, within);
      } catch (Monitor.CreateFailed refused) {
        if (Failures.exitCode(Failures.message(refused)) != UNKNOWN_FAILURE) {
          withoutShell.put(run.id(), run.incarnation());
        }
        return alone(container, command, within, limit);
      }
    }
    try {
      return resident.shell().run(execution.randomId().substring(0, 32), within, limit);
    } catch (TimeoutException late) {
      giveUp(run, resident);
      return timedOut(within, String.valueOf(late.getMessage()));
    }
  }

  private Resident settle(Run run, Container container, ExecSpec command, Duration within)
      throws IOException {
    var execId = execution.randomId();
    var started =
        execution.start(
            container,
            execId,
            command.toBuilder()
                .clearCommand()
                .addAllCommand(ProbeShell.command(command.getCommandList()))
                .setAttachStdin(true)
                .build(),
            within);
    var console =
        started
            .console()
            .orElseThrow(() -> new IOException("the health check's shell has no stdio"));
    var resident = new Resident(execId, ProbeShell.over(console, () -> giveUp(run.id(), execId)));
    residents.put(run, resident);
    started.exit().whenComplete((_, _) -> residents.remove(run, resident));
    return resident;
  }

  private void giveUp(Run run, Resident resident) {
    residents.remove(run, resident);
    resident.shell().close();
    giveUp(run.id(), resident.execId());
  }

  /** May be repeated. */
  private void giveUp(ContainerId id, String execId) {
    try {
      host.monitor().killExec(id, execId);
      host.monitor().releaseExec(id, execId);
    } catch (IOException e) {
      // Its files go with the container at the latest.
    }
  }

  /** The container is gone. */
  void forget(ContainerId id) {
    withoutShell.remove(id);
  }

  private ProbeResult alone(Container container, ExecSpec command, Duration within, int limit)
      throws IOException, InterruptedException {
    var id = new ContainerId(container.getId());
    var execId = execution.randomId();
    var started = execution.start(container, execId, command, within);
    var output = new ByteArrayOutputStream();
    var reader =
        Thread.ofVirtual()
            .start(() -> started.console().ifPresent(one -> drain(one, output, limit)));
    try {
      var exit = started.exit().toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
      reader.join(within);
      return new ProbeResult(exit.code(), text(output));
    } catch (TimeoutException e) {
      host.monitor().killExec(id, execId);
      return timedOut(within, text(output));
    } catch (ExecutionException e) {
      return new ProbeResult(-1, Failures.message(e.getCause() == null ? e : e.getCause()));
    } finally {
      started.console().ifPresent(Monitor.Console::close);
      host.monitor().releaseExec(id, execId);
    }
  }

  private static ProbeResult timedOut(Duration within, String output) {
    var text = "Health check exceeded timeout (%s)".formatted(GoDuration.text(within));
    return new ProbeResult(-1, output.isEmpty() ? text : text + ": " + output);
  }

  private static void drain(Monitor.Console console, ByteArrayOutputStream output, int limit) {
    try {
      for (var chunk = console.read(); chunk.isPresent(); chunk = console.read()) {
        synchronized (output) {
          var room = limit - output.size();
          output.write(chunk.get().bytes(), 0, Math.min(room, chunk.get().bytes().length));
        }
      }
    } catch (IOException e) {
      // The probe has been given up, and with it its output.
    }
  }

  private static String text(ByteArrayOutputStream output) {
    synchronized (output) {
      return output.toString(StandardCharsets.UTF_8);
    }
  }
}
