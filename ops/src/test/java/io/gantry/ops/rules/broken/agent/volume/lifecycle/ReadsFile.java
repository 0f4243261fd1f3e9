package io.gantry.ops.rules.broken.agent.volume.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class ReadsFile {
  private ReadsFile() {}

  public static boolean decide(Path path) throws IOException {
    return Files.size(path) > 0;
  }
}
