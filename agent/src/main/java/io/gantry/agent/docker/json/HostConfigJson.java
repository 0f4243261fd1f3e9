package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.PortBindings;
import io.gantry.protocol.v1.RestartPolicy;
import io.gantry.protocol.v1.StringList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** HostConfig as inspect shows it: what was given, exactly, and Docker's defaults where not. */
final class HostConfigJson {
  private static final List<String> MASKED =
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
  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
  private static final long DEFAULT_SHM = 64L << 20;

  private HostConfigJson() {}

  static void write(JsonWriter json, ContainerSpec spec) {
    var storage = spec.getStorage();
    var network = spec.getNetwork();
    json.textsOrNull("Binds", storage.getBindsList());
    json.text("ContainerIDFile", spec.getContainerIdFile());
    json.object(
        "LogConfig",
        () -> {
          json.text("Type", orElse(spec.getLog().getDriver(), "json-file"));
          json.map("Config", spec.getLog().getOptionsMap());
        });
    json.text("NetworkMode", networkMode(spec));
    ports(json, "PortBindings", network.getPortBindingsMap());
    json.object("RestartPolicy", () -> restartPolicy(json, spec.getRestartPolicy()));
    json.flag("AutoRemove", spec.getAutoRemove());
    json.text("VolumeDriver", storage.getVolumeDriver());
    json.textsOrNull("VolumesFrom", storage.getVolumesFromList());
    json.array(
        "ConsoleSize",
        () -> {
          json.value(spec.getProcess().getConsoleHeight());
          json.value(spec.getProcess().getConsoleWidth());
        });
    if (spec.getAnnotationsCount() > 0) {
      json.map("Annotations", spec.getAnnotationsMap());
    }
    security(json, spec);
    json.flag("PublishAllPorts", network.getPublishAllPorts());
    json.flag("ReadonlyRootfs", storage.getReadonlyRootfs());
    if (storage.getStorageOptCount() > 0) {
      json.map("StorageOpt", storage.getStorageOptMap());
    }
    if (storage.getTmpfsCount() > 0) {
      json.map("Tmpfs", storage.getTmpfsMap());
    }
    json.number("ShmSize", storage.getShmSizeBytes() > 0 ? storage.getShmSizeBytes() : DEFAULT_SHM);
    if (spec.getSecurity().getSysctlsCount() > 0) {
      json.map("Sysctls", spec.getSecurity().getSysctlsMap());
    }
    json.text("Runtime", orElse(spec.getRuntime(), "runc"));
    json.text("Isolation", spec.getIsolation());
    Resources.write(json, spec.getResources());
    if (storage.getMountsCount() > 0) {
      json.array("Mounts", storage.getMountsList(), mount -> json.object(() -> mount(json, mount)));
    }
    paths(json, spec);
    if (spec.hasInit()) {
      json.flag("Init", spec.getInit());
    }
  }

  static String networkMode(ContainerSpec spec) {
    var mode = spec.getNetwork().getMode();
    return mode.isEmpty() || mode.equals("default") ? "bridge" : mode;
  }

  static void restartPolicy(JsonWriter json, RestartPolicy policy) {
    json.text("Name", orElse(policy.getName(), "no"));
    json.number("MaximumRetryCount", policy.getMaximumRetryCount());
  }

  private static void security(JsonWriter json, ContainerSpec spec) {
    var security = spec.getSecurity();
    var network = spec.getNetwork();
    json.textsOrNull("CapAdd", security.getCapAddList());
    json.textsOrNull("CapDrop", security.getCapDropList());
    json.text("CgroupnsMode", orElse(security.getCgroupnsMode(), "private"));
    dns(json, "Dns", network.getDnsList(), network.getHasDns());
    dns(json, "DnsOptions", network.getDnsOptionsList(), network.getHasDns());
    dns(json, "DnsSearch", network.getDnsSearchList(), network.getHasDns());
    json.textsOrNull("ExtraHosts", network.getExtraHostsList());
    json.textsOrNull("GroupAdd", spec.getProcess().getAdditionalGroupsList());
    json.text("IpcMode", orElse(security.getIpcMode(), "private"));
    json.text("Cgroup", security.getCgroup());
    json.textsOrNull("Links", network.getLinksList());
    json.number("OomScoreAdj", spec.getResources().getOomScoreAdj());
    json.text("PidMode", security.getPidMode());
    json.flag("Privileged", security.getPrivileged());
    json.textsOrNull("SecurityOpt", security.getSecurityOptList());
    json.text("UTSMode", security.getUtsMode());
    json.text("UsernsMode", security.getUsernsMode());
  }

  private static void dns(JsonWriter json, String name, List<String> list, boolean given) {
    if (given) {
      json.texts(name, list);
    } else {
      json.textsOrNull(name, list);
    }
  }

  private static void paths(JsonWriter json, ContainerSpec spec) {
    var security = spec.getSecurity();
    if (security.getPrivileged() && !security.hasMaskedPaths()) {
      json.nothing("MaskedPaths");
    } else {
      json.texts(
          "MaskedPaths", given(security.hasMaskedPaths(), security.getMaskedPaths(), MASKED));
    }
    if (security.getPrivileged() && !security.hasReadonlyPaths()) {
      json.nothing("ReadonlyPaths");
    } else {
      json.texts(
          "ReadonlyPaths",
          given(security.hasReadonlyPaths(), security.getReadonlyPaths(), READ_ONLY));
    }
  }

  private static List<String> given(boolean given, StringList list, List<String> otherwise) {
    return given ? list.getValuesList() : otherwise;
  }

  /** A port map: null stands for a port without bindings. */
  static void ports(JsonWriter json, String name, Map<String, PortBindings> ports) {
    json.object(
        name,
        () ->
            ports.forEach(
                (port, bindings) -> {
                  if (bindings.getBindingsCount() == 0) {
                    json.nothing(port);
                    return;
                  }
                  json.array(
                      port,
                      bindings.getBindingsList(),
                      binding ->
                          json.object(
                              () -> {
                                json.text("HostIp", binding.getHostIp());
                                json.text("HostPort", binding.getHostPort());
                              }));
                }));
  }

  static void mount(JsonWriter json, MountSpec mount) {
    json.textIfGiven("Type", mount.getType());
    json.textIfGiven("Source", mount.getSource());
    json.textIfGiven("Target", mount.getTarget());
    if (mount.getReadOnly()) {
      json.flag("ReadOnly", true);
    }
    json.textIfGiven("Consistency", mount.getConsistency());
    if (mount.getHasBindOptions()) {
      json.object("BindOptions", () -> bindOptions(json, mount));
    }
    if (mount.getHasVolumeOptions()) {
      json.object("VolumeOptions", () -> volumeOptions(json, mount));
    }
    if (mount.getHasTmpfsOptions()) {
      json.object("TmpfsOptions", () -> tmpfsOptions(json, mount));
    }
    if (mount.getType().equals("image") && !mount.getSubpath().isEmpty()) {
      json.object("ImageOptions", () -> json.text("Subpath", mount.getSubpath()));
    }
  }

  private static void bindOptions(JsonWriter json, MountSpec mount) {
    json.textIfGiven("Propagation", mount.getPropagation());
    json.flagIfTrue("NonRecursive", mount.getNonRecursive());
    json.flagIfTrue("CreateMountpoint", mount.getCreateMountpoint());
    json.flagIfTrue("ReadOnlyNonRecursive", mount.getReadOnlyNonRecursive());
    json.flagIfTrue("ReadOnlyForceRecursive", mount.getReadOnlyForceRecursive());
  }

  private static void volumeOptions(JsonWriter json, MountSpec mount) {
    json.flagIfTrue("NoCopy", mount.getNoCopy());
    if (mount.getVolumeLabelsCount() > 0) {
      json.map("Labels", mount.getVolumeLabelsMap());
    }
    json.textIfGiven("Subpath", mount.getSubpath());
    if (!mount.getVolumeDriver().isEmpty() || mount.getVolumeDriverOptionsCount() > 0) {
      json.object(
          "DriverConfig",
          () -> {
            json.textIfGiven("Name", mount.getVolumeDriver());
            if (mount.getVolumeDriverOptionsCount() > 0) {
              json.map("Options", mount.getVolumeDriverOptionsMap());
            }
          });
    }
  }

  private static void tmpfsOptions(JsonWriter json, MountSpec mount) {
    if (mount.getTmpfsSizeBytes() != 0) {
      json.number("SizeBytes", mount.getTmpfsSizeBytes());
    }
    if (mount.getTmpfsMode() != 0) {
      json.number("Mode", mount.getTmpfsMode());
    }
    if (mount.getTmpfsOptionsCount() > 0) {
      json.array(
          "Options",
          mount.getTmpfsOptionsList(),
          option -> json.array(() -> option.getValuesList().forEach(json::value)));
    }
  }

  static String orElse(String value, String otherwise) {
    return Objects.requireNonNull(value).isEmpty() ? otherwise : value;
  }
}
