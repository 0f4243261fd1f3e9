package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.agent.container.Bundles.Plan;
import io.gantry.agent.container.Connection;
import io.gantry.agent.host.Cgroups;

/** {@code linux.namespaces}: a fresh one, another's by its path, or the host's by being absent. */
final class ContainerNamespaces {
  private static final String HOST = "host";

  private final ArrayNode json = Json.array();

  private ContainerNamespaces() {}

  static ArrayNode json(Plan plan, HostAbilities host) {
    var security = plan.container().getSpec().getSecurity();
    var namespaces = new ContainerNamespaces();
    plan.user().ifPresent(user -> namespaces.at("user", user.path().toString()));
    namespaces.fresh("mount");
    switch (plan.connection().kind()) {
      case Connection.Kind.OfTheHost() -> {}
      case Connection.Kind.Fresh() -> namespaces.fresh("network");
      case Connection.Kind.At(var path) -> namespaces.at("network", path.toString());
      case Connection.Kind.Of(_, var path) -> namespaces.at("network", path.toString());
    }
    namespaces.joinable("pid", security.getPidMode(), plan);
    namespaces.joinable("ipc", security.getIpcMode(), plan);
    if (ownHostname(plan)) {
      namespaces.fresh("uts");
    }
    if (ownCgroups(security.getCgroupnsMode(), security.getPrivileged(), host)) {
      namespaces.fresh("cgroup");
    }
    return namespaces.json;
  }

  /** The host's network brings the host's name, unless another is asked for. */
  static boolean ownHostname(Plan plan) {
    return !plan.container().getSpec().getSecurity().getUtsMode().equals(HOST);
  }

  /** Docker's default: private with version 2 only, and the host's for a privileged container. */
  private static boolean ownCgroups(String mode, boolean privileged, HostAbilities host) {
    return switch (mode) {
      case "private" -> true;
      case HOST -> false;
      default -> host.cgroups() == Cgroups.Mode.V2 && !privileged;
    };
  }

  private void joinable(String type, String mode, Plan plan) {
    var other = plan.joined().get(type);
    if (other != null) {
      at(type, "/proc/" + other + "/ns/" + type);
    } else if (!mode.equals(HOST)) {
      fresh(type);
    }
  }

  private void fresh(String type) {
    json.addObject().put("type", type);
  }

  private void at(String type, String path) {
    json.addObject().put("type", type).put("path", path);
  }
}
