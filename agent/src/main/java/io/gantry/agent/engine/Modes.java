package io.gantry.agent.engine;

import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.Cgroups;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import java.util.Set;
import java.util.function.Function;

/**
 * Namespace modes: which container "container:NAME" means, the host name that follows from them,
 * and whose control groups are seen where nothing is said: the container's own with version 2 only,
 * and the host's when it is privileged.
 */
final class Modes {
  private static final String CONTAINER = "container:";
  private static final Set<String> PLAIN = Set.of("", "default", "bridge", "none", "host");

  private Modes() {}

  static boolean isPlain(String mode) {
    return PLAIN.contains(mode);
  }

  static boolean isOfContainer(String mode) {
    return mode.startsWith(CONTAINER);
  }

  /**
   * Names are resolved once, at creation: a later rename does not change whose namespace is joined.
   */
  static ContainerSpec resolved(
      ContainerSpec spec,
      ContainerId id,
      Cgroups.Mode cgroups,
      Function<String, Outcome<Container>> containers)
      throws MountPlan.Refused {
    var resolved = spec.toBuilder();
    var network = resolved.getNetworkBuilder();
    var mode = network.getMode();
    network.setMode(
        mode.isEmpty() || mode.equals("default") ? "bridge" : resolved(mode, containers));
    if (network.getHostname().isEmpty() && !mode.equals("host") && !isOfContainer(mode)) {
      network.setHostname(id.abbreviated());
    }
    var security = resolved.getSecurityBuilder();
    security.setPidMode(resolved(security.getPidMode(), containers));
    security.setIpcMode(resolved(security.getIpcMode(), containers));
    if (security.getCgroupnsMode().isEmpty()) {
      var own = cgroups == Cgroups.Mode.V2 && !security.getPrivileged();
      security.setCgroupnsMode(own ? "private" : "host");
    }
    return resolved.build();
  }

  private static String resolved(String mode, Function<String, Outcome<Container>> containers)
      throws MountPlan.Refused {
    if (!isOfContainer(mode)) {
      return mode;
    }
    var reference = mode.substring(CONTAINER.length());
    return switch (containers.apply(reference)) {
      case Outcome.Done<Container>(var container) -> CONTAINER + container.getId();
      case Outcome.Unchanged<Container>(var container) -> CONTAINER + container.getId();
      case Outcome.Refused<Container>(_, var message) -> throw new MountPlan.Refused(message);
    };
  }
}
