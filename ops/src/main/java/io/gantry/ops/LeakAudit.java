package io.gantry.ops;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.ContainersActor;
import io.gantry.agent.container.Directories;
import io.gantry.agent.host.cgroup.CgroupFiles;
import io.gantry.agent.host.firewall.NftablesFirewall;
import io.gantry.agent.host.links.NetlinkLinks;
import io.gantry.agent.host.overlay.OverlaySnapshotter;
import io.gantry.agent.network.NetworkActor;
import io.gantry.persistence.record.RecordStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Compares what the host holds in the name of one agent with the entities its record says are
 * alive. The host is looked at before the record, and what looks leaked is looked at again a moment
 * later: a running agent may be making or removing it right then.
 */
final class LeakAudit {
  private static final long SETTLING_NANOS = 1_000_000_000;
  private static final int LOOKS = 4;

  /** Something of a kind, held for something that has a name. */
  record Holding(String kind, String owner) {
    @Override
    public String toString() {
      return "%s of %s".formatted(kind, owner);
    }
  }

  private final AgentName name;
  private final Directories directories;
  private final Map<String, Look> ofContainers = new LinkedHashMap<>();

  private interface Look {
    Set<ContainerId> take() throws IOException;
  }

  private LeakAudit(Path stateDir, Path runDir) throws IOException {
    name = AgentName.of(stateDir);
    directories = new Directories(stateDir, runDir);
    ofContainers.put("monitor process", () -> Monitors.under(runDir));
    ofContainers.put(
        "control group",
        new CgroupFiles(Path.of("/sys/fs/cgroup"), Path.of("/proc"), name.cgroup())::present);
    if (Files.isDirectory(stateDir.resolve("containers"))) {
      ofContainers.put("mount", new OverlaySnapshotter(stateDir.resolve("containers"))::mounted);
    }
    if (Files.isDirectory(runDir.resolve("netns"))) {
      ofContainers.put(
          "network namespace",
          () -> {
            try (var links = new NetlinkLinks(name.prefix(), runDir.resolve("netns"), 0, 0)) {
              return links.namespaces();
            }
          });
    }
    ofContainers.put(
        "published port",
        () -> {
          try (var firewall = new NftablesFirewall(name.firewallTable())) {
            return firewall.published();
          }
        });
    ofContainers.put("directory", directories::containers);
    ofContainers.put("run directory", () -> named(runDir.resolve("containers")));
  }

  static LeakAudit of(Path stateDir, Path runDir) throws IOException {
    return new LeakAudit(stateDir.toRealPath(), real(runDir));
  }

  private static Path real(Path runDir) throws IOException {
    return Files.exists(runDir) ? runDir.toRealPath() : runDir.toAbsolutePath();
  }

  private static Set<ContainerId> named(Path directory) throws IOException {
    return names(directory).stream()
        .filter(file -> file.matches("[0-9a-f]{64}"))
        .map(ContainerId::new)
        .collect(Collectors.toSet());
  }

  private static Set<String> names(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Set.of();
    }
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    var unreadable = new ArrayList<Finding>();
    var leaked = look(unreadable);
    for (var more = 1; more < LOOKS && !leaked.isEmpty(); more++) {
      LockSupport.parkNanos(SETTLING_NANOS);
      unreadable.clear();
      leaked.retainAll(look(unreadable));
    }
    findings.addAll(unreadable);
    leaked.stream()
        .map(Holding::toString)
        .sorted()
        .map(text -> text + " is owned by nothing that lives")
        .map(Finding.Leak::new)
        .forEach(findings::add);
    if (findings.isEmpty()) {
      findings.add(
          new Finding.Ok(
              "leaks: none; %d containers, %d volumes, %d networks live"
                  .formatted(
                      ids(ContainersActor.PREFIX).size(),
                      ids("volume|").size(),
                      ids(NetworkActor.PREFIX).size())));
    }
    return findings;
  }

  private Set<String> ids(String prefix) {
    return RecordStore.livingIn(directories.state().resolve("record"), prefix).stream()
        .map(id -> id.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  private Set<Holding> look(Collection<Finding> unreadable) {
    var held = new HashSet<Holding>();
    ofContainers.forEach(
        (kind, look) -> {
          try {
            look.take().forEach(id -> held.add(new Holding(kind, "container " + id)));
          } catch (IOException failure) {
            unreadable.add(
                new Finding.Fail(
                    "leaks: cannot look for every %s: %s".formatted(kind, failure.getMessage())));
          }
        });
    try {
      names(directories.state().resolve("volumes"))
          .forEach(volume -> held.add(new Holding("directory", "volume " + volume)));
    } catch (IOException failure) {
      unreadable.add(new Finding.Fail("leaks: cannot look at volumes: " + failure.getMessage()));
    }
    try {
      bridges().forEach(bridge -> held.add(new Holding("bridge", "network " + bridge)));
    } catch (IOException failure) {
      unreadable.add(new Finding.Fail("leaks: cannot look at bridges: " + failure.getMessage()));
    }
    var networks = ids(NetworkActor.PREFIX);
    held.removeIf(holding -> lives(suffix(holding, "network "), networks));
    var containers = ids(ContainersActor.PREFIX);
    var volumes = ids("volume|");
    held.removeIf(holding -> containers.contains(suffix(holding, "container ")));
    held.removeIf(holding -> volumes.contains(suffix(holding, "volume ")));
    return held;
  }

  /** Devices with this agent's names: PREFIX0 is the default network's, PREFIX-ID of the others. */
  private Set<String> bridges() throws IOException {
    var devices = Path.of("/sys/class/net");
    return names(devices).stream()
        .filter(device -> device.matches(name.prefix() + "(0|-[0-9a-f]+)"))
        .filter(device -> Files.isDirectory(devices.resolve(device).resolve("bridge")))
        .collect(Collectors.toSet());
  }

  private boolean lives(String bridge, Set<String> networks) {
    if (bridge.equals(name.prefix() + "0")) {
      return !networks.isEmpty();
    }
    var id = bridge.substring(Math.min(bridge.length(), name.prefix().length() + 1));
    return !id.isEmpty() && networks.stream().anyMatch(network -> network.startsWith(id));
  }

  private static String suffix(Holding holding, String prefix) {
    return holding.owner().startsWith(prefix) ? holding.owner().substring(prefix.length()) : "";
  }

  /**
   * Takes away what leaked of containers, and bridges. Volumes hold what people made: those are
   * theirs to remove.
   */
  void sweep(Ports ports) throws IOException {
    var record = directories.state().resolve("record");
    if (!Files.exists(record)) {
      throw new IOException(
          "cannot sweep: there is no record in %s that says what lives".formatted(record));
    }
    var clearing = new Sweep(ports.host(), ports.directories());
    var leaked = look(new ArrayList<>());
    leaked.stream()
        .map(holding -> suffix(holding, "network "))
        .filter(bridge -> !bridge.isEmpty())
        .forEach(bridge -> removeBridge(ports, bridge));
    leaked.stream()
        .map(holding -> suffix(holding, "container "))
        .filter(id -> !id.isEmpty())
        .distinct()
        .map(ContainerId::new)
        .forEach(
            id -> {
              System.out.println("swept " + id.abbreviated());
              Monitors.end(directories.run(), id);
              clearing.clear(id);
            });
  }

  private static void removeBridge(Ports ports, String bridge) {
    try {
      ports.host().firewall().removeNetwork(bridge);
      ports.host().links().removeBridge(bridge);
      System.out.println("swept " + bridge);
    } catch (IOException failure) {
      System.err.printf("gantry: cannot remove bridge %s: %s%n", bridge, failure.getMessage());
    }
  }
}
