package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Starts processes inside a running container. */
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

  Monitor.ExecStarted start(Container container, String execId, ExecSpec spec, Duration within)
      throws IOException {
    var launch = launch(container, execId, spec);
    try {
      return host.monitor().exec(launch, within);
    } catch (IOException failed) {
      host.monitor().releaseExec(launch.id(), execId);
      throw failed;
    }
  }

  void prepare(Container container, Exec exec) throws IOException {
    host.monitor().prepareExec(launch(container, exec.getId(), exec.getSpec()));
  }

  private Monitor.ExecLaunch launch(Container container, String execId, ExecSpec spec)
      throws IOException {
    var id = new ContainerId(container.getId());
    return new Monitor.ExecLaunch(
        id,
        execId,
        host.runtime(container.getSpec().getRuntime()),
        directories.bundle(id),
        spec,
        environment(container));
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

  String randomId() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
