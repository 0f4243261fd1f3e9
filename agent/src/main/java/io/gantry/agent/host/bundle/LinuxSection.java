package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.agent.container.Bundles.Plan;
import io.gantry.agent.container.Connection;
import io.gantry.agent.host.kernel.IdRange;
import io.gantry.protocol.v1.SecuritySpec;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** {@code linux} of a configuration. */
final class LinuxSection {
  static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");
  static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private LinuxSection() {}

  static ObjectNode json(
      Plan plan,
      Set<Capability> granted,
      SecurityOptions options,
      HostAbilities host,
      HostDevices hostDevices)
      throws IOException {
    var spec = plan.container().getSpec();
    var security = spec.getSecurity();
    var devices = Devices.of(spec, hostDevices);
    var json = Json.object();
    json.set("namespaces", ContainerNamespaces.json(plan, host));
    plan.user().ifPresent(user -> mappings(json, user.ids()));
    json.put("cgroupsPath", plan.cgroupsPath());
    var resources = Resources.of(spec.getResources(), hostDevices);
    resources.set("devices", devices.rules());
    json.set("resources", resources);
    if (!devices.nodes().isEmpty()) {
      json.set("devices", devices.nodes());
    }
    sysctls(json, plan, security);
    if (!options.unconfinedPaths()) {
      json.set(
          "maskedPaths",
          Json.strings(
              security.hasMaskedPaths() ? security.getMaskedPaths().getValuesList() : MASKED));
      json.set(
          "readonlyPaths",
          Json.strings(
              security.hasReadonlyPaths()
                  ? security.getReadonlyPaths().getValuesList()
                  : READ_ONLY));
    }
    ContainerMounts.rootPropagation(plan)
        .ifPresent(propagation -> json.put("rootfsPropagation", propagation));
    if (options.seccomp().isPresent()) {
      json.set("seccomp", options.seccomp().get().decide(granted, host.architecture()));
    }
    return json;
  }

  /** The namespace has them already; runtimes look here for whom files are to belong to. */
  private static void mappings(ObjectNode json, IdRange ids) {
    for (var kind : List.of("uidMappings", "gidMappings")) {
      json.putArray(kind)
          .addObject()
          .put("containerID", 0)
          .put("hostID", ids.first())
          .put("size", ids.size());
    }
  }

  /** In a network namespace of its own, everyone may use low ports and ping, as with Docker. */
  private static void sysctls(ObjectNode json, Plan plan, SecuritySpec security) {
    var sysctls = Json.object();
    if (!(plan.connection().kind() instanceof Connection.Kind.OfTheHost)
        && !plan.container().getSpec().getNetwork().getMode().startsWith("container:")) {
      sysctls.put("net.ipv4.ip_unprivileged_port_start", "0");
      var groups = plan.user().map(user -> user.ids().size()).orElse(1L << 31);
      sysctls.put("net.ipv4.ping_group_range", "0 " + (groups - 1));
    }
    security.getSysctlsMap().forEach(sysctls::put);
    if (!sysctls.isEmpty()) {
      json.set("sysctl", sysctls);
    }
  }
}
