package io.gantry.agent.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers;
import io.gantry.agent.container.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which containers stand still only because their files are being read: nobody asked for that, so
 * an agent that dies meanwhile must not leave them so. A note on the disk, from before the pause to
 * after its end; beside the container's run, for a reboot ends both.
 */
public record CommitPauses(Directories directories) {
  private static final Logger LOG = LoggerFactory.getLogger(CommitPauses.class);

  private Path note(ContainerId id) {
    return directories.launchNote(id).resolveSibling("commit");
  }

  void note(String id) throws IOException {
    var file = note(new ContainerId(id));
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[0]);
  }

  void forget(String id) {
    try {
      Files.deleteIfExists(note(new ContainerId(id)));
    } catch (IOException e) {
      LOG.warn("container {} may be unpaused by the next start: {}", id, e.getMessage());
    }
  }

  /** Lets go on what an earlier agent's commits paused. Once containers may act. */
  public void end(Containers containers) {
    for (var container : containers.list()) {
      var id = container.getId();
      if (Files.exists(note(new ContainerId(id)))) {
        containers.unpause(Caller.ENGINE, id).thenAccept(_ -> forget(id));
      }
    }
  }
}
