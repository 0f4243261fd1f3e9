package io.gantry.agent.host.cgroup;

import io.gantry.agent.host.Cgroups.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is mounted below the root of all hierarchies (usually {@code /sys/fs/cgroup}).
 *
 * @param controllers version 1: each controller's directory ("memory", "name=systemd" as
 *     "systemd"); several may share one
 * @param unified the version 2 hierarchy
 */
record Hierarchies(Mode mode, Map<String, Path> controllers, Optional<Path> unified) {
  private static final String PROCESSES = "cgroup.procs";
  private static final String V2_ONLY = "cgroup.controllers";

  static Hierarchies below(Path root) throws IOException {
    if (Files.exists(root.resolve(V2_ONLY))) {
      return new Hierarchies(Mode.V2, Map.of(), Optional.of(root));
    }
    var controllers = new LinkedHashMap<String, Path>();
    Optional<Path> unified = Optional.empty();
    try (var entries = Files.newDirectoryStream(root)) {
      for (var entry : entries) {
        if (Files.exists(entry.resolve(V2_ONLY))) {
          unified = Optional.of(entry.toRealPath());
        } else if (Files.exists(entry.resolve(PROCESSES))) {
          for (var name : entry.getFileName().toString().split(",")) {
            controllers.put(name, entry.toRealPath());
          }
        }
      }
    }
    if (controllers.isEmpty()) {
      throw new IOException("no control groups are mounted below " + root);
    }
    return new Hierarchies(unified.isPresent() ? Mode.HYBRID : Mode.V1, controllers, unified);
  }

  /** Every hierarchy once, the one that says best who lives in a group first. */
  List<Path> all() {
    var all = new ArrayList<Path>();
    if (mode == Mode.V2) {
      unified.ifPresent(all::add);
      return all;
    }
    for (var preferred : List.of("pids", "freezer", "memory", "devices")) {
      Optional.ofNullable(controllers.get(preferred)).ifPresent(all::add);
    }
    all.addAll(controllers.values());
    unified.ifPresent(all::add);
    return all.stream().distinct().toList();
  }

  /** Where this controller keeps its files. */
  Optional<Path> of(String controller) {
    return mode == Mode.V2 ? unified : Optional.ofNullable(controllers.get(controller));
  }
}
