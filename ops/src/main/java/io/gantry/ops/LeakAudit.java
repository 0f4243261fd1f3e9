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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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

  /** A container may be about to start, on a machine that is busy. */
  private static final Duration REST = Duration.ofSeconds(8);

  private static final String STRAY_MONITOR = "monitor without a process";
  private static final String EXEC_MONITOR = "monitor of an exec";
  private static final String RUN_MONITOR = "monitor process";
  private static final String GROUP = "control group";
  private static final String MOUNT = "mount";
  private static final String NAMESPACE = "network namespace";
  private static final String PORT = "published port";
  private static final String LINK = "link";

  /** What the end of a run gives back. */
  private static final Set<String> OF_RUNS =
      Set.of(EXEC_MONITOR, GROUP, MOUNT, NAMESPACE, PORT, LINK);

  /**
   * Something of a kind, held for something that has a name.
   *
   * @param lives the owner does, but it should not hold this
   */
  record Holding(String kind, String owner, boolean lives) {
    Holding(String kind, String owner) {
      this(kind, owner, false);
    }

    Holding ofLiving() {
      return new Holding(kind, owner, true);
    }

    Finding finding() {
      if (!lives) {
        return new Finding.Leak("%s of %s is owned by nothing that lives".formatted(kind, owner));
      }
      if (kind.equals(STRAY_MONITOR)) {
        return new Finding.Leak("%s of %s has nothing to look after".formatted(kind, owner));
      }
      var text = "%s of %s is kept although it does not run".formatted(kind, owner);
      // A copy from or to a stopped container mounts its files, until it is started or removed.
      return kind.equals(MOUNT) ? new Finding.Warn(text) : new Finding.Leak(text);
    }
  }

  private final AgentName name;
  private final Directories directories;
  private final CgroupFiles cgroups;
  private final Map<String, Look> ofContainers = new LinkedHashMap<>();

  private interface Look {
    Set<ContainerId> take() throws IOException;
  }

  private LeakAudit(Path stateDir, Path runDir) throws IOException {
    name = AgentName.of(stateDir);
    directories = new Directories(stateDir, runDir);
    cgroups = new CgroupFiles(Path.of("/sys/fs/cgroup"), Path.of("/proc"), name.cgroup());
    ofContainers.put(RUN_MONITOR, () -> Monitors.ofRuns(runDir));
    ofContainers.put(EXEC_MONITOR, () -> Monitors.ofExecs(runDir));
    ofContainers.put(STRAY_MONITOR, () -> Monitors.strays(runDir));
    ofContainers.put(GROUP, cgroups::present);
    ofContainers.put(
        LINK,
        () -> {
          try (var links = links()) {
            return Set.copyOf(links.cables().values());
          }
        });
    if (Files.isDirectory(stateDir.resolve("containers"))) {
      ofContainers.put(MOUNT, new OverlaySnapshotter(stateDir.resolve("containers"))::mounted);
    }
    if (Files.isDirectory(runDir.resolve("netns"))) {
      ofContainers.put(
          NAMESPACE,
          () -> {
            try (var links = links()) {
              return links.namespaces();
            }
          });
    }
    ofContainers.put(
        PORT,
        () -> {
          try (var firewall = new NftablesFirewall(name.firewallTable())) {
            return firewall.published();
          }
        });
    ofContainers.put("directory", directories::containers);
    ofContainers.put("user namespace", () -> named(directories.mappings()));
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
    var started = System.nanoTime();
    for (var looks = 1; !leaked.isEmpty() && !certain(leaked, looks, started); looks++) {
      LockSupport.parkNanos(SETTLING_NANOS);
      unreadable.clear();
      leaked.retainAll(look(unreadable));
    }
    findings.addAll(unreadable);
    leaked.stream()
        .map(Holding::finding)
        .sorted(Comparator.comparing(Finding::text))
        .forEach(findings::add);
    Strays.layers(directories.state()).stream().map(Finding.Leak::new).forEach(findings::add);
    if (findings.stream().allMatch(Finding::well)) {
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

  private static boolean certain(Set<Holding> leaked, int looks, long started) {
    var rested = System.nanoTime() - started >= REST.toNanos();
    return looks >= LOOKS && (rested || leaked.stream().noneMatch(Holding::lives));
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
    try (var firewall = new NftablesFirewall(name.firewallTable())) {
      bridges().forEach(bridge -> held.add(new Holding("bridge", "network " + bridge)));
      firewall.networks().stream()
          .filter(this::isOurs)
          .forEach(bridge -> held.add(new Holding("firewall rules", "network " + bridge)));
    } catch (IOException failure) {
      unreadable.add(new Finding.Fail("leaks: cannot look at networks: " + failure.getMessage()));
    }
    var networks = ids(NetworkActor.PREFIX);
    held.removeIf(holding -> lives(suffix(holding, "network "), networks));
    var containers = ids(ContainersActor.PREFIX);
    var volumes = ids("volume|");
    held.removeIf(holding -> volumes.contains(suffix(holding, "volume ")));
    var kept = ofLiving(held, containers);
    held.removeIf(holding -> containers.contains(suffix(holding, "container ")));
    held.addAll(kept);
    return held;
  }

  /**
   * What living containers should not hold. Those that do not run are judged only while an agent
   * does: what ended meanwhile is given back by its next start.
   */
  private Set<Holding> ofLiving(Set<Holding> held, Set<String> containers) {
    var running =
        held.stream()
            .filter(holding -> holding.kind().equals(RUN_MONITOR))
            .map(Holding::owner)
            .collect(Collectors.toSet());
    var judged = AgentLock.of(directories.state());
    return held.stream()
        .filter(holding -> containers.contains(suffix(holding, "container ")))
        .filter(
            holding ->
                holding.kind().equals(STRAY_MONITOR)
                    || (judged
                        && OF_RUNS.contains(holding.kind())
                        && !running.contains(holding.owner())
                        && isEmpty(suffix(holding, "container "))))
        .map(Holding::ofLiving)
        .collect(Collectors.toSet());
  }

  /** A container whose monitor was killed may still run. */
  private boolean isEmpty(String container) {
    try {
      return cgroups.processes(new ContainerId(container)).isEmpty();
    } catch (IOException unreadable) {
      return false;
    }
  }

  private Set<String> bridges() throws IOException {
    try (var links = links()) {
      return links.bridges().stream().filter(this::isOurs).collect(Collectors.toSet());
    }
  }

  /**
   * Devices with this agent's names: PREFIX0 is the default network's, PREFIX-ID of the others.
   * Bridges that a user named do not tell whose they are, and are not judged.
   */
  private boolean isOurs(String bridge) {
    return bridge.matches(name.prefix() + "(0|-[0-9a-f]+)");
  }

  /** Asked of the kernel: a /sys that is mounted shows the devices of another network namespace. */
  private NetlinkLinks links() throws IOException {
    var namespaces = directories.run().resolve("netns");
    // Made where it is missing, which is no business of one who only looks.
    var present = Files.isDirectory(namespaces) ? namespaces : directories.state();
    return new NetlinkLinks(name.prefix(), present, 0, 0);
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
        .filter(holding -> holding.lives() && holding.kind().equals(STRAY_MONITOR))
        .map(holding -> new ContainerId(suffix(holding, "container ")))
        .forEach(id -> Monitors.endStrays(directories.run(), id));
    leaked.stream()
        .filter(holding -> !holding.lives())
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
