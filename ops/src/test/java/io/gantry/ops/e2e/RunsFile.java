package io.gantry.ops.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where each program of a load writes its name when it runs: {@code /out/runs} in containers. */
record RunsFile(Path directory) {
  List<String> names() throws IOException {
    var file = directory.resolve("runs");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  long count(String name) throws IOException {
    return names().stream().filter(name::equals).count();
  }

  /** What one program has noted for itself, in {@code /out/NAME}. */
  String note(String name) throws IOException {
    return Files.readString(directory.resolve(name)).strip();
  }
}
