package io.gantry.ops;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Directories;
import io.gantry.agent.container.Host;
import io.gantry.agent.container.UserMapping;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds and takes away what the host still holds of containers nobody knows. */
final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final Host host;
  private final Directories directories;

  Sweep(Host host, Directories directories) {
    this.host = host;
    this.directories = directories;
  }

  private interface Piece {
    void run() throws IOException;
  }

  private interface Holders {
    Set<ContainerId> get() throws IOException;
  }

  Set<ContainerId> leftovers(Predicate<ContainerId> unknown) {
    var found = new HashSet<ContainerId>();
    for (Holders holders :
        new Holders[] {
          host.snapshotter()::mounted,
          host.links()::namespaces,
          host.firewall()::published,
          host.cgroups()::present,
          directories::containers
        }) {
      try {
        holders.get().stream().filter(unknown).forEach(found::add);
      } catch (IOException e) {
        LOG.warn("cannot look for leftovers: {}", e.getMessage());
      }
    }
    return found;
  }

  void clear(ContainerId id) {
    for (Piece piece :
        new Piece[] {
          () -> host.runtime("").delete(id),
          () -> host.cgroups().remove(id),
          () -> host.monitor().remove(id),
          () -> host.firewall().withdraw(id),
          () -> host.links().removeNamespace(id),
          () -> new UserMapping(directories).release(id),
          () -> host.snapshotter().remove(id),
          () -> directories.remove(id)
        }) {
      try {
        piece.run();
      } catch (IOException e) {
        LOG.warn("cannot clear what is left of container {}: {}", id.abbreviated(), e.getMessage());
      }
    }
  }
}
