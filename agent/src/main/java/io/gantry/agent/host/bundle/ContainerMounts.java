package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.agent.container.Bundles.Plan;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All mounts of a container in the order in which they must be made: what is nearer the root comes
 * first, and what the user mounts replaces ours at the same place.
 */
final class ContainerMounts {
  private static final long DEFAULT_SHM = 64L << 20;
  static final String INIT = "/sbin/docker-init";

  private final Map<String, MountEntry> entries = new LinkedHashMap<>();

  private ContainerMounts() {}

  static ArrayNode json(Plan plan, boolean writableCgroups) {
    var mounts = new ContainerMounts();
    mounts.kernel(plan, writableCgroups);
    mounts.files(plan);
    mounts.users(plan);
    var json = Json.array();
    mounts.ordered().forEach(entry -> json.add(entry.json()));
    return json;
  }

  private List<MountEntry> ordered() {
    var ordered = new ArrayList<>(entries.values());
    // Stable: equals keep the order in which they were given.
    ordered.sort(Comparator.comparingInt(MountEntry::depth));
    return ordered;
  }

  private void kernel(Plan plan, boolean writableCgroups) {
    var spec = plan.container().getSpec();
    var privileged = spec.getSecurity().getPrivileged();
    var access = privileged ? "rw" : "ro";
    put("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
    put("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
    put(
        "/dev/pts",
        "devpts",
        "devpts",
        "nosuid",
        "noexec",
        "newinstance",
        "ptmxmode=0666",
        "mode=0620",
        "gid=5");
    put("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", access);
    put(
        "/sys/fs/cgroup",
        "cgroup",
        "cgroup",
        writableCgroups ? "rw" : "ro",
        "nosuid",
        "noexec",
        "nodev");
    put("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
    sharedMemory(plan);
    if (plan.initProgram().isPresent()) {
      bind(plan.initProgram().get().toString(), INIT, "bind", "ro");
    }
  }

  private void sharedMemory(Plan plan) {
    var spec = plan.container().getSpec();
    var mode = spec.getSecurity().getIpcMode();
    if (mode.equals("host")) {
      bind("/dev/shm", "/dev/shm", "rbind", "rprivate");
    } else if (mode.equals("shareable")) {
      bind(plan.bundle().resolve("shm").toString(), "/dev/shm", "rbind", "rprivate");
    } else if (plan.joined().containsKey("ipc")) {
      var other = plan.bundle().resolveSibling(mode.substring("container:".length()));
      bind(other.resolve("shm").toString(), "/dev/shm", "rbind", "rprivate");
    } else if (!mode.equals("none")) {
      var size = spec.getStorage().getShmSizeBytes();
      put(
          "/dev/shm",
          "tmpfs",
          "shm",
          "nosuid",
          "noexec",
          "nodev",
          "mode=1777",
          "size=" + (size > 0 ? size : DEFAULT_SHM));
    }
  }

  private void files(Plan plan) {
    bind(plan.resolvConf().toString(), "/etc/resolv.conf", "rbind", "rprivate");
    bind(plan.hostnameFile().toString(), "/etc/hostname", "rbind", "rprivate");
    bind(plan.hosts().toString(), "/etc/hosts", "rbind", "rprivate");
  }

  private void users(Plan plan) {
    var storage = plan.container().getSpec().getStorage();
    for (var mount : plan.container().getStatus().getMountsList()) {
      var source =
          mount.getType().equals("volume")
              ? plan.volumes().getOrDefault(mount.getDestination(), null)
              : null;
      if (mount.getType().equals("tmpfs")) {
        continue;
      }
      put(
          new MountEntry(
              clean(mount.getDestination()),
              "bind",
              source == null ? mount.getSource() : source.toString(),
              MountOptions.of(mount, asked(plan.container(), mount))));
    }
    storage
        .getTmpfsMap()
        .forEach(
            (path, options) ->
                put(new MountEntry(clean(path), "tmpfs", "tmpfs", MountOptions.ofTmpfs(options))));
    for (var mount : storage.getMountsList()) {
      if (mount.getType().equals("tmpfs")) {
        put(
            new MountEntry(
                clean(mount.getTarget()), "tmpfs", "tmpfs", MountOptions.ofTmpfs(mount)));
      }
    }
  }

  private static Optional<MountSpec> asked(Container container, MountPoint mount) {
    return container.getSpec().getStorage().getMountsList().stream()
        .filter(spec -> clean(spec.getTarget()).equals(clean(mount.getDestination())))
        .findFirst();
  }

  /** Without a slash at its end and without "." and "..": two spellings are one place. */
  static String clean(String destination) {
    return java.nio.file.Path.of("/").resolve(destination).normalize().toString();
  }

  /** Whether a container's mounts need the root's own propagation to be wider than private. */
  static Optional<String> rootPropagation(Plan plan) {
    var widest = Optional.<String>empty();
    for (var mount : plan.container().getStatus().getMountsList()) {
      var words = List.of(mount.getMode().split(","));
      var propagation = MountOptions.propagation(mount, words);
      if (propagation.endsWith("shared")) {
        return Optional.of("shared");
      }
      if (propagation.endsWith("slave")) {
        widest = Optional.of("slave");
      }
    }
    return widest;
  }

  private void put(String destination, String type, String source, String... options) {
    put(new MountEntry(destination, type, source, List.of(options)));
  }

  private void bind(String source, String destination, String... options) {
    put(MountEntry.bind(source, destination, options));
  }

  private void put(MountEntry entry) {
    entries.remove(entry.destination());
    entries.put(entry.destination(), entry);
  }
}
