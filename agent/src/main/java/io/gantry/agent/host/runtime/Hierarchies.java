package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where control group hierarchies are mounted (proc(5), mountinfo). */
final class Hierarchies {
  private static final int MOUNT_POINT = 4;

  private Hierarchies() {}

  static List<Path> mounted() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines.flatMap(Hierarchies::hierarchy).distinct().toList();
    }
  }

  private static Stream<Path> hierarchy(String line) {
    var type = line.substring(line.indexOf(" - ") + 3);
    return type.startsWith("cgroup ") || type.startsWith("cgroup2 ")
        ? Stream.of(Path.of(line.split(" ")[MOUNT_POINT]))
        : Stream.empty();
  }
}
