package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.host.Cgroups;
import io.gantry.agent.host.Firewall;
import io.gantry.agent.host.Links;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.Snapshotter;
import io.gantry.protocol.v1.ResourceSpec;
import java.io.IOException;
import java.util.Map;

/**
 * The host's ports, together.
 *
 * @param runtimes by name; {@code defaultRuntime} is one of them
 */
public record Host(
    Monitor monitor,
    Map<String, OciRuntime> runtimes,
    String defaultRuntime,
    Snapshotter snapshotter,
    Links links,
    Firewall firewall,
    Cgroups cgroups) {
  /** The one the container asks for; the name has been checked when it was created. */
  public OciRuntime runtime(Facts facts) {
    return runtime(facts.container().getSpec().getRuntime());
  }

  public OciRuntime runtime(String name) {
    var runtime = runtimes.get(name.isEmpty() ? defaultRuntime : name);
    if (runtime == null) {
      throw new IllegalStateException("unknown or invalid runtime name: " + name);
    }
    return runtime;
  }

  /** Of a running container. */
  void limit(ContainerId id, Facts facts, ResourceSpec resources) throws IOException {
    runtime(facts).update(id, resources);
    if (resources.hasPidsLimit() && resources.getPidsLimit() <= 0) {
      cgroups.unboundProcesses(id);
    }
  }

  /** To the first process. Not running any more: nothing happens, its exit will tell. */
  void signal(ContainerId id, Facts facts, long incarnation, String signal) throws IOException {
    if (monitor.alive(id, incarnation)) {
      runtime(facts).kill(id, SignalNumbers.number(signal), false);
    }
  }
}
