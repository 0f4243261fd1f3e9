package io.gantry.agent.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a runtime's own {@code delete} does for a container whose process has ended: its control
 * groups and its directory go. Anything unexpected leaves the work to the program.
 */
final class NativeDelete {
  private static final int TRIES = 20;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final List<Path> hierarchies;

  NativeDelete(Path root) throws IOException {
    this.hierarchies = Hierarchies.mounted();
  }

  /** False: it still lives or its groups are in use. */
  boolean delete(Flavour flavour, JsonNode state, Path directory) throws IOException {
    var init = flavour.init(state);
    if (init.isPresent() && init.get().alive()) {
      return false;
    }
    for (var group : flavour.cgroups(state, hierarchies)) {
      if (!removed(group)) {
        return false;
      }
    }
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException gone) {
      return true;
    }
    Files.deleteIfExists(directory);
    return true;
  }

  /**
   * A process leaves its group shortly after it has been reaped, so a busy group is tried again.
   */
  private static boolean removed(Path group) {
    for (var attempt = 0; attempt < TRIES; attempt++) {
      try {
        Files.deleteIfExists(group);
        return true;
      } catch (DirectoryNotEmptyException children) {
        return false;
      } catch (FileSystemException busy) {
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (IOException other) {
        return false;
      }
    }
    return false;
  }
}
