package io.gantry.agent.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers;
import io.gantry.agent.container.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which containers stand still only because their files are being read: nobody asked for that, so
 * an agent that dies meanwhile must not leave them so. A note on the disk for each commit, from
 * before the pause to after its end; beside the container's run, for a reboot ends both.
 */
public record CommitPauses(Directories directories) {
  private static final Logger LOG = LoggerFactory.getLogger(CommitPauses.class);
  private static final String PREFIX = "commit-";

  private Path home(String container) {
    return directories.launchNote(new ContainerId(container)).resolveSibling("");
  }

  Path note(String container) throws IOException {
    var home = Files.createDirectories(home(container));
    return Files.write(home.resolve(PREFIX + UUID.randomUUID()), new byte[0]);
  }

  static void forget(Path note) {
    try {
      Files.deleteIfExists(note);
    } catch (IOException e) {
      LOG.warn("a container may be unpaused by the next start: {}", e.getMessage());
    }
  }

  /** Lets go on what an earlier agent's commits paused. Once containers may act. */
  public void end(Containers containers) {
    for (var container : containers.list()) {
      var notes = notes(container.getId());
      if (!notes.isEmpty()) {
        containers
            .unpause(Caller.ENGINE, container.getId())
            .thenAccept(_ -> notes.forEach(CommitPauses::forget));
      }
    }
  }

  private List<Path> notes(String container) {
    var notes = new ArrayList<Path>();
    var home = home(container);
    if (Files.isDirectory(home)) {
      try (var found = Files.newDirectoryStream(home, PREFIX + "*")) {
        found.forEach(notes::add);
      } catch (IOException e) {
        LOG.warn("cannot tell whether a commit paused {}: {}", container, e.getMessage());
      }
    }
    return notes;
  }
}
