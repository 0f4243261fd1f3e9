package io.gantry.agent.engine;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Directories;
import io.gantry.protocol.v1.Container;

/**
 * Where a container's files and its network namespace are on this host, as inspecting shows them.
 * Not recorded: another agent may have its directories elsewhere.
 */
record FilePlaces(Directories directories) {
  /** Files that its first start makes are shown once there has been one. */
  Container shown(Container container) {
    var status = container.getStatus();
    if (!status.hasStartedAt()) {
      return container;
    }
    var id = new ContainerId(container.getId());
    var shown =
        status.toBuilder()
            .setResolvConfPath(directories.resolvConf(id).toString())
            .setHostnamePath(directories.hostname(id).toString())
            .setHostsPath(directories.hosts(id).toString());
    if (container.getSpec().getLog().getDriver().equals("json-file")) {
      shown.setLogPath(directories.log(id).toString());
    }
    if (status.getPid() != 0 && hasNamespace(container)) {
      shown.setSandboxKey(directories.networkNamespace(id).toString());
    }
    return container.toBuilder().setStatus(shown).build();
  }

  /** One that the agent made; others are the host's, another container's or the runtime's. */
  private static boolean hasNamespace(Container container) {
    var places = container.getStatus().getEndpointsMap();
    return !places.isEmpty() && !places.containsKey("host") && !places.containsKey("none");
  }
}
