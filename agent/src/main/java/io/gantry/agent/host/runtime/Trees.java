package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Directories of this package's own making, where no link is followed. */
final class Trees {
  /** A monitor that is being killed writes its last files at most. */
  private static final int ATTEMPTS = 100;

  private Trees() {}

  /** Absent: nothing happens. A file written, or taken away, meanwhile is no failure. */
  static void delete(Path directory) throws IOException {
    for (var attempt = 1; ; attempt++) {
      try {
        deleteOnce(directory);
        return;
      } catch (DirectoryNotEmptyException writtenMeanwhile) {
        if (attempt == ATTEMPTS) {
          throw writtenMeanwhile;
        }
      }
    }
  }

  private static void deleteOnce(Path directory) throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      try (var children = Files.newDirectoryStream(directory)) {
        for (var child : children) {
          deleteOnce(child);
        }
      } catch (NoSuchFileException gone) {
        return;
      }
    }
    Files.deleteIfExists(directory);
  }
}
