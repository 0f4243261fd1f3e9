package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import java.nio.file.Path;

/** Where a container's files are: what must outlive a reboot below the state directory, the rest below the run directory. */
public record Directories(Path state, Path run) {
  /** The writable layer's home, the log and the files mounted into the container. */
  public Path container(ContainerId id) {
    return state.resolve("containers").resolve(id.value());
  }

  public Path bundle(ContainerId id) {
    return container(id);
  }

  public Path log(ContainerId id) {
    return container(id).resolve("container.log");
  }

  public Path hosts(ContainerId id) {
    return container(id).resolve("hosts");
  }

  public Path hostname(ContainerId id) {
    return container(id).resolve("hostname");
  }

  public Path resolvConf(ContainerId id) {
    return container(id).resolve("resolv.conf");
  }

  /** What a launch found out, kept for an agent that dies before it could record it. */
  public Path launchNote(ContainerId id) {
    return run.resolve("containers").resolve(id.value()).resolve("launch.pb");
  }

  public Path layer(String diffId) {
    return state.resolve("layers").resolve(diffId.substring(diffId.indexOf(':') + 1)).resolve("fs");
  }
}
