package io.gantry.ops.e2e;

import io.gantry.ops.AgentName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this machine holds in the name of one agent of a test, looked up without asking Gantry: by
 * the agent's name and its directories.
 */
final class Leftovers {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final int DEPTH = 6;
  private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}");

  private final TempHost host;
  private final String name;

  Leftovers(TempHost host) {
    this.host = host;
    this.name = AgentName.of(host.state()).prefix();
  }

  /** What no agent may leave when it ended after its last container was removed. */
  List<String> ofContainers() {
    var found = new ArrayList<>(processes());
    found.addAll(mounts());
    controlGroups().stream()
        .filter(group -> !group.getFileName().toString().equals(name))
        .forEach(group -> found.add("control group " + group));
    links().stream()
        .filter(link -> !link.matches(name + "(0|-[0-9a-f]+)"))
        .forEach(link -> found.add("link " + link));
    return found;
  }

  /** Also what an agent leaves for its next start; nothing of it may outlive a test. */
  List<String> all() {
    var found = new ArrayList<>(processes());
    found.addAll(mounts());
    controlGroups().forEach(group -> found.add("control group " + group));
    links().forEach(link -> found.add("link " + link));
    tables().forEach(table -> found.add("firewall " + table));
    return found;
  }

  /** Those in the agent's control groups, and those that name its directory in their command. */
  List<String> processes() {
    var found = new ArrayList<String>();
    for (var group : controlGroups()) {
      lines(group.resolve("cgroup.procs")).forEach(pid -> found.add(described(pid)));
    }
    commands().forEach(process -> found.add(described(Long.toString(process.pid()))));
    return found.stream().distinct().toList();
  }

  /** Those that name its directory in their command: the agent, monitors, clients. */
  Stream<ProcessHandle> commands() {
    var directory = host.directory().toString();
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(Long.toString(process.pid())).contains(directory));
  }

  /** Below its directories; the state directory itself may be a disk of the test's. */
  List<String> mounts() {
    return lines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> line.split(" ")[4])
        .filter(point -> Path.of(point).startsWith(host.directory()))
        .filter(point -> !point.equals(host.state().toString()))
        .map(point -> "mount " + point)
        .toList();
  }

  /** Processes of each container that has any, by its id. */
  Map<String, Set<Long>> containers() {
    var found = new TreeMap<String, Set<Long>>();
    for (var group : controlGroups()) {
      var id = CONTAINER.matcher(group.toString());
      var pids = lines(group.resolve("cgroup.procs"));
      if (id.find() && !pids.isEmpty()) {
        var all = found.computeIfAbsent(id.group(), _ -> new TreeSet<>());
        pids.forEach(pid -> all.add(Long.valueOf(pid)));
      }
    }
    return found;
  }

  private List<Path> controlGroups() {
    try (var hierarchies = Files.list(CGROUPS)) {
      var roots = Stream.concat(Stream.of(CGROUPS), hierarchies.filter(Files::isDirectory));
      return roots.map(root -> root.resolve(name)).flatMap(Leftovers::tree).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Stream<Path> tree(Path group) {
    var found = new ArrayList<Path>();
    try (var walk = Files.walk(group, DEPTH, new FileVisitOption[0])) {
      walk.filter(Files::isDirectory).forEach(found::add);
    } catch (IOException | UncheckedIOException _) {
      // There is none, or it went while it was looked at.
    }
    return found.stream();
  }

  private List<String> links() {
    return both(List.of("ip", "-o", "link")).stream()
        .map(line -> line.split(": ", 3)[1].split("@", 2)[0])
        .filter(link -> link.startsWith(name))
        .toList();
  }

  private List<String> tables() {
    return both(List.of("nft", "list", "tables")).stream()
        .filter(line -> line.equals("table inet " + name))
        .toList();
  }

  /** Of the agent's network and of the machine's. */
  private List<String> both(List<String> words) {
    return Stream.of(host.inNetwork(words), words)
        .flatMap(command -> Command.run(command).succeeded().lines())
        .toList();
  }

  private static String described(String pid) {
    var command = commandLine(pid);
    return "process %s %s".formatted(pid, command.substring(0, Math.min(200, command.length())));
  }

  private static String commandLine(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "cmdline")).replace('\0', ' ');
    } catch (IOException _) {
      return ""; // it has ended
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException _) {
      return List.of(); // it has gone
    }
  }
}
