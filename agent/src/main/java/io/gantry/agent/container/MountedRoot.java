package io.gantry.agent.container;

import io.gantry.agent.host.kernel.IdRange;
import io.gantry.agent.host.kernel.tree.Tree;
import java.io.IOException;
import java.nio.file.Path;

/** A container's mounted root file system, and whose ids its files have. */
public record MountedRoot(Path path, IdRange ids) {
  /** With owners as the container has them. */
  public Tree open() throws IOException {
    return Tree.open(path, ids);
  }
}
