package io.gantry.ops;

import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** conmon processes of one agent, known by the run directory that their command line names. */
final class Monitors {
  /** An exec is started a moment after its monitor; what is given up is ended within seconds. */
  private static final Duration PREPARED = Duration.ofMinutes(1);

  /**
   * One of them.
   *
   * @param directory of the run or the exec that it looks after
   */
  private record Monitor(ProcessHandle process, ContainerId container, Path directory) {
    boolean ofExec() {
      var parent = directory.getParent();
      return parent != null && parent.endsWith("exec");
    }

    /** Its files went without it, or it waits for a start that does not come. */
    boolean stray() {
      return !Files.isDirectory(directory)
          || (ofExec() && !Files.exists(directory.resolve("pid")) && old());
    }

    private boolean old() {
      return process
          .info()
          .startInstant()
          .map(start -> start.plus(PREPARED).isBefore(Instant.now()))
          .orElse(false);
    }
  }

  private Monitors() {}

  /** Containers that have any. */
  static Set<ContainerId> under(Path runDir) {
    return containers(processes(runDir));
  }

  /** Containers of whose runs one looks after. */
  static Set<ContainerId> ofRuns(Path runDir) {
    return containers(processes(runDir).stream().filter(one -> !one.ofExec()).toList());
  }

  /** Containers with a process of an exec, whose monitor waits for it. */
  static Set<ContainerId> ofExecs(Path runDir) {
    return containers(processes(runDir).stream().filter(Monitor::ofExec).toList());
  }

  /** Containers with a monitor that has nothing to look after. */
  static Set<ContainerId> strays(Path runDir) {
    return containers(processes(runDir).stream().filter(Monitor::stray).toList());
  }

  private static Set<ContainerId> containers(List<Monitor> monitors) {
    return monitors.stream().map(Monitor::container).collect(Collectors.toUnmodifiableSet());
  }

  private static List<Monitor> processes(Path runDir) {
    var own =
        Pattern.compile(
            Pattern.quote(runDir + "/containers/") + "([0-9a-f]{64})/((?:exec/)?[^/\\x00]+)");
    var found = new ArrayList<Monitor>();
    for (var process : ProcessHandle.allProcesses().collect(Collectors.toSet())) {
      var directory = Path.of("/proc", Long.toString(process.pid()));
      try {
        if (Files.readString(directory.resolve("comm")).strip().equals("conmon")) {
          var matcher = own.matcher(Files.readString(directory.resolve("cmdline")));
          if (matcher.find()) {
            var id = new ContainerId(matcher.group(1));
            found.add(new Monitor(process, id, Path.of(matcher.group())));
          }
        }
      } catch (IOException _) {
        // It has ended meanwhile.
      }
    }
    return found;
  }

  static void end(Path runDir, ContainerId id) {
    processes(runDir).stream()
        .filter(one -> one.container().equals(id))
        .forEach(one -> one.process().destroyForcibly());
  }

  /** Those that have nothing to look after, and no others. */
  static void endStrays(Path runDir, ContainerId id) {
    processes(runDir).stream()
        .filter(one -> one.container().equals(id) && one.stray())
        .forEach(one -> one.process().destroyForcibly());
  }
}
