package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Directories of this package's own making, where no link is followed. */
final class Trees {
  private Trees() {}

  /** Absent: nothing happens. A file written meanwhile is deleted as well. */
  static void delete(Path directory) throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      try (var children = Files.newDirectoryStream(directory)) {
        for (var child : children) {
          delete(child);
        }
      } catch (NoSuchFileException gone) {
        return;
      }
    }
    Files.deleteIfExists(directory);
  }
}
