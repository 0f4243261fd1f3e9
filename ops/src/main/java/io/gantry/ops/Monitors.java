package io.gantry.ops;

import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** conmon processes of one agent, known by the run directory that their command line names. */
final class Monitors {
  private Monitors() {}

  static Set<ContainerId> under(Path runDir) throws IOException {
    return Set.copyOf(processes(runDir).values());
  }

  private static Map<ProcessHandle, ContainerId> processes(Path runDir) {
    var own = Pattern.compile(Pattern.quote(runDir + "/containers/") + "([0-9a-f]{64})/");
    var found = new HashMap<ProcessHandle, ContainerId>();
    for (var process : ProcessHandle.allProcesses().collect(Collectors.toSet())) {
      var directory = Path.of("/proc", Long.toString(process.pid()));
      try {
        if (Files.readString(directory.resolve("comm")).strip().equals("conmon")) {
          var matcher = own.matcher(Files.readString(directory.resolve("cmdline")));
          if (matcher.find()) {
            found.put(process, new ContainerId(matcher.group(1)));
          }
        }
      } catch (IOException _) {
        // It has ended meanwhile.
      }
    }
    return found;
  }

  static void end(Path runDir, ContainerId id) {
    processes(runDir)
        .forEach(
            (process, container) -> {
              if (container.equals(id)) {
                process.destroyForcibly();
              }
            });
  }
}
