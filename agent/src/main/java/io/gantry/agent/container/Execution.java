package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.protocol.v1.Container;
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
    var id = new ContainerId(container.getId());
    var launch =
        new Monitor.ExecLaunch(
            id,
            execId,
            host.runtime(container.getSpec().getRuntime()),
            directories.bundle(id),
            spec,
            environment(container));
    try {
      return host.monitor().exec(launch, within);
    } catch (IOException failed) {
      host.monitor().releaseExec(id, execId);
      throw failed;
    }
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
