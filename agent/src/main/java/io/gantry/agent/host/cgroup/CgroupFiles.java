package io.gantry.agent.host.cgroup;

import io.gantry.agent.ContainerId;
import io.gantry.agent.LimitSupport;
import io.gantry.agent.Stats;
import io.gantry.agent.host.Cgroups;
import io.gantry.persistence.event.ContainerEvent.Shortage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** {@link Cgroups} as files below {@code /sys/fs/cgroup}. */
public final class CgroupFiles implements Cgroups {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int SEARCH_DEPTH = 5;

  private final Hierarchies hierarchies;
  private final Path proc;
  private final Path parent;
  private final GracePeriod gracePeriod;

  /** Groups that this agent gave a path, so that they need not be looked for. */
  private final Map<ContainerId, Path> known = new ConcurrentHashMap<>();

  /**
   * @param root {@code /sys/fs/cgroup}
   * @param proc {@code /proc}
   * @param parent the agent's own group, an absolute path such as "/gantry"
   */
  public CgroupFiles(Path root, Path proc, String parent) throws IOException {
    this.hierarchies = Hierarchies.below(root);
    this.proc = proc;
    this.parent = relative(parent);
    this.gracePeriod = new GracePeriod(hierarchies, proc);
  }

  @Override
  public Mode mode() {
    return hierarchies.mode();
  }

  @Override
  public LimitSupport support() throws IOException {
    return SupportFiles.read(hierarchies, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String path(ContainerId id, String otherParent) {
    var group = (otherParent.isEmpty() ? parent : relative(otherParent)).resolve(id.value());
    known.put(id, group);
    return "/" + group;
  }

  @Override
  public List<Long> processes(ContainerId id) throws IOException {
    for (var group : groups(id)) {
      var processes = group.processes();
      if (!processes.isEmpty()) {
        return processes;
      }
    }
    return List.of();
  }

  @Override
  public void expectMove() {
    gracePeriod.begin();
  }

  @Override
  public Stats read(ContainerId id) throws IOException {
    var host = HostCounters.read(proc);
    var path = locate(id);
    var processes = processes(id).size();
    return hierarchies.mode() == Mode.V2
        ? new StatsV2(hierarchies.unified().orElseThrow().resolve(path)).read(host, processes)
        : new StatsV1(hierarchies, path).read(host, processes);
  }

  @Override
  public Shortage shortage(ContainerId id) throws IOException {
    var hierarchy = hierarchies.of("memory");
    if (hierarchy.isEmpty()) {
      return Shortage.UNKNOWN;
    }
    var told = KernelLog.lastKill(id);
    var group = told.map(kill -> relativeOrRoot(kill.limitedGroup())).orElse(locate(id));
    var limit =
        GroupFiles.number(
            hierarchy
                .get()
                .resolve(group)
                .resolve(hierarchies.mode() == Mode.V2 ? "memory.max" : "memory.limit_in_bytes"));
    return told.map(kill -> new Shortage(kill.pid(), kill.task(), limit, kill.limitedGroup()))
        .orElse(new Shortage(0, "", limit, ""));
  }

  private static Path relativeOrRoot(String absolute) {
    return Path.of("/").relativize(Path.of("/").resolve(absolute).normalize());
  }

  @Override
  public void unboundProcesses(ContainerId id) throws IOException {
    var hierarchy = hierarchies.of("pids");
    if (hierarchy.isPresent()) {
      var bound = hierarchy.get().resolve(locate(id)).resolve("pids.max");
      if (Files.exists(bound)) {
        Files.writeString(bound, "max");
      }
    }
  }

  @Override
  public void freeze(ContainerId id) throws IOException {
    set(id, true);
  }

  @Override
  public void thaw(ContainerId id) throws IOException {
    set(id, false);
  }

  private void set(ContainerId id, boolean frozen) throws IOException {
    var what = (frozen ? "freeze" : "thaw") + " container " + id;
    var hierarchy =
        hierarchies
            .of("freezer")
            .orElseThrow(() -> new IOException(what + ": no freezer is mounted"));
    var group = hierarchy.resolve(locate(id));
    if (!Files.isDirectory(group)) {
      if (!frozen) {
        return; // nothing is left that could stand still
      }
      throw new IOException(what + ": it has no control group");
    }
    if (hierarchies.mode() == Mode.V2) {
      var state = "frozen " + (frozen ? 1 : 0);
      Files.writeString(group.resolve("cgroup.freeze"), frozen ? "1" : "0");
      Group.await(
          what, PATIENCE, () -> GroupFiles.text(group.resolve("cgroup.events")).contains(state));
      return;
    }
    var state = group.resolve("freezer.state");
    var wanted = frozen ? "FROZEN" : "THAWED";
    Group.await(
        what,
        PATIENCE,
        () -> {
          // Written again each time: a process that forks meanwhile keeps the group "FREEZING".
          Files.writeString(state, wanted);
          return GroupFiles.text(state).equals(wanted);
        });
  }

  @Override
  public void remove(ContainerId id) throws IOException {
    var groups = groups(id);
    Group.await(
        "remove the control group of container " + id,
        PATIENCE,
        () -> {
          var gone = true;
          for (var group : groups) {
            gone &= group.tryRemove();
          }
          if (!gone) {
            for (var group : groups) {
              group.kill();
            }
            thawToDie(id);
          }
          return gone;
        });
    known.remove(id);
  }

  /** In version 1 a frozen process dies only once it is thawed. */
  private void thawToDie(ContainerId id) throws IOException {
    var freezer =
        hierarchies.mode() == Mode.V2 ? Optional.<Path>empty() : hierarchies.of("freezer");
    var state = freezer.map(at -> at.resolve(locateKnown(id)).resolve("freezer.state"));
    if (state.isPresent() && GroupFiles.text(state.get()).startsWith("FR")) {
      Files.writeString(state.get(), "THAWED");
    }
  }

  @Override
  public Set<ContainerId> present() throws IOException {
    var ids = new HashSet<ContainerId>();
    for (var hierarchy : hierarchies.all()) {
      var groups = hierarchy.resolve(parent);
      if (Files.isDirectory(groups)) {
        try (var entries = Files.newDirectoryStream(groups, Files::isDirectory)) {
          entries.forEach(
              entry -> ContainerId.parse(entry.getFileName().toString()).ifPresent(ids::add));
        }
      }
      known.forEach(
          (id, group) -> {
            if (Files.isDirectory(hierarchy.resolve(group))) {
              ids.add(id);
            }
          });
    }
    return ids;
  }

  private List<Group> groups(ContainerId id) throws IOException {
    var path = locate(id);
    return hierarchies.all().stream()
        .map(hierarchy -> new Group(id, hierarchy.resolve(path)))
        .filter(Group::exists)
        .toList();
  }

  private Path locateKnown(ContainerId id) {
    return known.getOrDefault(id, parent.resolve(id.value()));
  }

  /**
   * Usually below the agent's own group. One with a parent of its own, made before this agent
   * started, is looked for.
   */
  private Path locate(ContainerId id) throws IOException {
    var usual = locateKnown(id);
    if (known.containsKey(id)) {
      return usual;
    }
    for (var hierarchy : hierarchies.all()) {
      if (Files.isDirectory(hierarchy.resolve(usual))) {
        return usual;
      }
    }
    var hierarchy = hierarchies.all().getFirst();
    try (Stream<Path> tree =
        Files.find(
            hierarchy,
            SEARCH_DEPTH,
            (path, attributes) -> attributes.isDirectory() && path.endsWith(id.value()))) {
      var found = tree.findFirst().map(hierarchy::relativize);
      found.ifPresent(path -> known.put(id, path));
      return found.orElse(usual);
    } catch (UncheckedIOException vanished) {
      // Groups come and go while they are walked; what is not seen is taken for absent.
      return usual;
    }
  }

  private static Path relative(String absolute) {
    var path = Path.of("/").resolve(absolute).normalize();
    if (path.getNameCount() == 0) {
      throw new IllegalArgumentException("not the path of a control group: " + absolute);
    }
    return Path.of("/").relativize(path);
  }
}
