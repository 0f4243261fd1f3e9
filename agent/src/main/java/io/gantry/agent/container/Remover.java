package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.host.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what runs and containers held on the host. Goes on past what fails, then tells the
 * first failure.
 */
public final class Remover {
  private static final Logger LOG = LoggerFactory.getLogger(Remover.class);

  private final Host host;
  private final Connector connector;
  private final Volumed volumes;
  private final Directories directories;

  /**
   * The last run of each container that left nothing behind, so that a removal need not look again.
   */
  private final Map<ContainerId, Long> released = new ConcurrentHashMap<>();

  public Remover(Host host, Connector connector, Volumed volumes, Directories directories) {
    this.host = host;
    this.connector = connector;
    this.volumes = volumes;
    this.directories = directories;
  }

  private interface Piece {
    void run() throws IOException;
  }

  /** What an ended run held; the writable layer and the log stay. */
  void release(ContainerId id, Facts facts, long incarnation) throws IOException {
    var container = facts.container();
    all(
        () -> end(id, host.runtime(facts)),
        () -> host.cgroups().remove(id),
        () -> host.monitor().release(id, incarnation),
        () -> host.snapshotter().unmount(id),
        () -> new SharedMemory(directories).unmount(id),
        () -> connector.disconnect(id, container),
        () -> new UserMapping(directories).release(id),
        () ->
            container.getStatus().getMountsList().stream()
                .filter(mount -> mount.getType().equals("volume"))
                .forEach(mount -> volumes.unmounted(id, mount)),
        () -> Files.deleteIfExists(directories.launchNote(id)));
    released.put(id, incarnation);
  }

  /** A runtime that is sick holds nothing up: what it should have ended is ended by its group. */
  private void end(ContainerId id, OciRuntime runtime) throws IOException {
    try {
      runtime.delete(id);
    } catch (IOException sick) {
      LOG.warn("{} is cleared without its runtime: {}", id.abbreviated(), sick.getMessage());
      host.cgroups().remove(id);
      runtime.forget(id);
    }
  }

  void delete(ContainerId id, Facts facts, boolean removeVolumes) throws IOException {
    var incarnation = facts.container().getStatus().getIncarnation();
    if (released.getOrDefault(id, -1L) != incarnation) {
      release(id, facts, incarnation);
    }
    all(
        () -> host.monitor().remove(id),
        () -> host.snapshotter().remove(id),
        () -> directories.remove(id),
        () -> volumes.release(id, facts.container().getStatus().getMountsList(), removeVolumes));
    released.remove(id);
  }

  private static void all(Piece... pieces) throws IOException {
    IOException first = null;
    for (var piece : pieces) {
      try {
        piece.run();
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
