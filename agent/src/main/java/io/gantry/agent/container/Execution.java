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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** Processes started inside a running container: execs and probes. */
public final class Execution {
  private final Host host;
  private final Directories directories;
  private final Duration deadline;
  private final RandomGenerator random;

  public Execution(Host host, Directories directories, Duration deadline, RandomGenerator random) {
    this.host = host;
    this.directories = directories;
    this.deadline = deadline;
    this.random = random;
  }

  Monitor.ExecStarted start(Container container, String execId, ExecSpec spec) throws IOException {
    return start(container, execId, spec, deadline);
  }

  private Monitor.ExecStarted start(
      Container container, String execId, ExecSpec spec, Duration within) throws IOException {
    var id = new ContainerId(container.getId());
    return host.monitor()
        .exec(
            new Monitor.ExecLaunch(
                id,
                execId,
                host.runtime(container.getSpec().getRuntime()),
                directories.bundle(id),
                spec,
                environment(container)),
            within);
  }

  private static Map<String, String> environment(Container container) {
    var environment = new LinkedHashMap<String, String>();
    for (var entry : container.getSpec().getProcess().getEnvList()) {
      var equals = entry.indexOf('=');
      if (equals > 0) {
        environment.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return environment;
  }

  ProbeResult probe(Container container, ExecSpec command, Duration within, int limit)
      throws IOException, InterruptedException {
    var execId = randomId();
    var started = start(container, execId, command, within);
    var output = new ByteArrayOutputStream();
    var reader =
        Thread.ofVirtual()
            .start(() -> started.console().ifPresent(one -> drain(one, output, limit)));
    try {
      var exit = started.exit().toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
      reader.join(within);
      return new ProbeResult(exit.code(), text(output));
    } catch (TimeoutException e) {
      host.monitor().killExec(new ContainerId(container.getId()), execId);
      return new ProbeResult(-1, exceeded(within, text(output)));
    } catch (ExecutionException e) {
      return new ProbeResult(-1, Failures.message(e.getCause() == null ? e : e.getCause()));
    } finally {
      started.console().ifPresent(Monitor.Console::close);
      host.monitor().releaseExec(new ContainerId(container.getId()), execId);
    }
  }

  private static String exceeded(Duration within, String output) {
    var text = "Health check exceeded timeout (%s)".formatted(GoDuration.text(within));
    return output.isEmpty() ? text : text + ": " + output;
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

  private String randomId() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
