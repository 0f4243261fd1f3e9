package io.gantry.agent.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a runtime beyond the OCI specification: its state's file and its start signal.
 */
enum Flavour {
  /** Its init writes into exec.fifo, so whoever reads from there lets it go on. */
  RUNC("state.json", Release.READ, "init_process_pid", "init_process_start"),
  /** Its init reads from exec.fifo. */
  CRUN("status", Release.WRITE, "pid", "process-start-time"),
  /** Everything is asked of the program itself. */
  UNKNOWN("", Release.PROGRAM, "", "");

  enum Release {
    READ,
    WRITE,
    PROGRAM
  }

  private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

  private final String stateFile;
  private final Release release;
  private final String pid;
  private final String startTime;

  Flavour(String stateFile, Release release, String pid, String startTime) {
    this.stateFile = stateFile;
    this.release = release;
    this.pid = pid;
    this.startTime = startTime;
  }

  static Flavour of(String name) {
    return switch (name) {
      case "runc" -> RUNC;
      case "crun" -> CRUN;
      default -> UNKNOWN;
    };
  }

  Release release() {
    return release;
  }

  Path stateFile(Path directory) {
    return directory.resolve(stateFile);
  }

  Optional<ProcessIdentity> init(JsonNode state) {
    var number = state.path(pid).asLong();
    return number > 0
        ? Optional.of(new ProcessIdentity(number, state.path(startTime).asLong()))
        : Optional.empty();
  }

  /** The container's group in every hierarchy, as far as the state tells. */
  List<Path> cgroups(JsonNode state, List<Path> hierarchies) {
    var groups = new ArrayList<Path>();
    switch (this) {
      case RUNC ->
          state
              .path("cgroup_paths")
              .properties()
              .forEach(
                  (Map.Entry<String, JsonNode> each) ->
                      groups.add(Path.of(each.getValue().asText())));
      case CRUN -> {
        var below = state.path("cgroup-path").asText().replaceFirst("^/+", "");
        if (!below.isEmpty()) {
          hierarchies.forEach(hierarchy -> groups.add(hierarchy.resolve(below)));
        }
      }
      case UNKNOWN -> {}
    }
    // A state that names anything else is not trusted with a removal.
    groups.removeIf(
        group -> !group.normalize().startsWith(HIERARCHIES) || group.getNameCount() < 4);
    return groups;
  }
}
