package io.gantry.agent.engine;

import io.gantry.agent.host.bundle.Capability;
import io.gantry.agent.host.bundle.SecurityOptions;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.SecuritySpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a container may share with the host and do to it. Texts are Docker's, and runc's. */
final class SecurityCheck {
  private static final String HOST = "host";
  private static final String CONTAINER = "container:";
  private static final Set<String> IPC = Set.of("", "none", "private", "shareable", HOST);
  private static final Set<String> OWN_OR_HOST = Set.of("", HOST);
  private static final Set<String> USER = Set.of("", "private", HOST);
  private static final Set<String> CGROUP = Set.of("", "private", HOST);

  /** Of the IPC namespace; all others of kernel.* are the host's. */
  private static final Set<String> IPC_SYSCTLS =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private static final Set<String> ULIMITS =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack",
          "as");

  private SecurityCheck() {}

  static Optional<String> check(ContainerSpec spec) {
    var security = spec.getSecurity();
    return Checks.first(
        () -> modes(security),
        () -> hostname(spec),
        () -> capabilities("CapAdd", security.getCapAddList()),
        () -> capabilities("CapDrop", security.getCapDropList()),
        () -> SecurityOptions.wrong(security),
        () -> sysctls(spec),
        () -> ulimits(spec.getResources()),
        () -> isolation(spec.getIsolation()),
        () -> storage(spec));
  }

  private static Optional<String> modes(SecuritySpec security) {
    return Checks.first(
        () -> mode("IPC", security.getIpcMode(), IPC, true),
        () -> mode("PID", security.getPidMode(), OWN_OR_HOST, true),
        () -> mode("UTS", security.getUtsMode(), OWN_OR_HOST, false),
        () -> mode("user namespace", security.getUsernsMode(), USER, false),
        () -> mode("cgroup namespace", security.getCgroupnsMode(), CGROUP, false));
  }

  private static Optional<String> mode(
      String what, String mode, Set<String> plain, boolean joinable) {
    var other = mode.startsWith(CONTAINER) && mode.length() > CONTAINER.length();
    return plain.contains(mode) || joinable && other
        ? Optional.empty()
        : Optional.of("invalid %s mode: %s".formatted(what, mode));
  }

  private static Optional<String> hostname(ContainerSpec spec) {
    return spec.getSecurity().getUtsMode().equals(HOST)
            && !spec.getNetwork().getHostname().isEmpty()
        ? Optional.of("conflicting options: hostname and the UTS mode")
        : Optional.empty();
  }

  private static Optional<String> capabilities(String field, List<String> names) {
    return names.stream()
        .filter(name -> !name.equalsIgnoreCase("ALL") && Capability.of(name).isEmpty())
        .findFirst()
        .map(name -> name.toUpperCase(Locale.ROOT))
        .map(name -> name.startsWith("CAP_") ? name : "CAP_" + name)
        .map(name -> "invalid %s: unknown capability: \"%s\"".formatted(field, name));
  }

  /** One that is not of a namespace of the container would change the host. */
  private static Optional<String> sysctls(ContainerSpec spec) {
    var security = spec.getSecurity();
    for (var name : security.getSysctlsMap().keySet()) {
      if (name.startsWith("net.")) {
        if (spec.getNetwork().getMode().equals(HOST)) {
          return Optional.of("sysctl \"%s\" not allowed in host network namespace".formatted(name));
        }
      } else if (IPC_SYSCTLS.contains(name) || name.startsWith("fs.mqueue.")) {
        if (security.getIpcMode().equals(HOST)) {
          return Optional.of(
              "sysctl \"%s\" is not allowed in the hosts ipc namespace".formatted(name));
        }
      } else if (!name.equals("kernel.domainname") || security.getUtsMode().equals(HOST)) {
        return Optional.of("sysctl \"%s\" is not in a separate kernel namespace".formatted(name));
      }
      if (name.contains("/") || name.contains("..")) {
        return Optional.of("sysctl \"%s\" is not a name".formatted(name));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ulimits(ResourceSpec resources) {
    for (var limit : resources.getUlimitsList()) {
      if (!ULIMITS.contains(limit.getName())) {
        return Optional.of("invalid ulimit type: " + limit.getName());
      }
      // Both are unsigned to the kernel: -1 is the largest.
      if (Long.compareUnsigned(limit.getSoft(), limit.getHard()) > 0) {
        return Optional.of(
            "ulimit soft limit must be less than or equal to hard limit: %d > %d"
                .formatted(limit.getSoft(), limit.getHard()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> isolation(String isolation) {
    return isolation.isEmpty() || isolation.equalsIgnoreCase("default")
        ? Optional.empty()
        : Optional.of("invalid isolation (%s): linux only supports 'default'".formatted(isolation));
  }

  private static Optional<String> storage(ContainerSpec spec) {
    if (spec.getStorage().getShmSizeBytes() < 0) {
      return Optional.of("SHM size can not be less than 0");
    }
    return spec.getStorage().getStorageOptCount() == 0
        ? Optional.empty()
        : Optional.of(
            "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
  }
}
