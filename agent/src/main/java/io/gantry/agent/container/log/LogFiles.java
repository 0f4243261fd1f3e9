package io.gantry.agent.container.log;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A log and what was rotated away from it: NAME, NAME.1 (the one before), NAME.2, ... */
public record LogFiles(Path current) {
  private static final int MOST = 1000;

  public Path rotated(int age) {
    return current.resolveSibling(current.getFileName() + "." + age);
  }

  /** Oldest first; the current one is last and need not exist. */
  List<Path> all() {
    var files = new ArrayList<Path>();
    files.add(current);
    for (var age = 1; age < MOST && Files.exists(rotated(age)); age++) {
      files.addFirst(rotated(age));
    }
    return files;
  }
}
