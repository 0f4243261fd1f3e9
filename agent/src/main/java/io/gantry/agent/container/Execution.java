package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts processes inside a running container. */
public final class Execution {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

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
      var started = host.monitor().exec(launch, within);
      judge(started.pid(), container.getSpec().getResources().getOomScoreAdj());
      return started;
    } catch (IOException failed) {
      host.monitor().releaseExec(launch.id(), execId);
      throw failed;
    }
  }

  /**
   * An exec is as dear to the kernel as its container. Not every runtime sees to that (crun does
   * not), and the monitor begins each with 0.
   */
  private static void judge(long pid, int score) {
    if (score != 0) {
      try {
        Files.writeString(Path.of("/proc/" + pid + "/oom_score_adj"), Integer.toString(score));
      } catch (IOException overOrForbidden) {
        LOG.debug("oom_score_adj of process {}: {}", pid, overOrForbidden.getMessage());
      }
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

  /** For a new exec of this specification: its monitor may wait for it by that name already. */
  public String newId(ContainerId container, ExecSpec spec) {
    return host.monitor().spareExec(container, spec).orElseGet(this::randomId);
  }

  String randomId() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
