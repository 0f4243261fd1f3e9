package io.gantry.agent.container.files;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.tree.Tree;
import java.io.Closeable;
import java.util.Optional;

/**
 * A container's root, open. Used by one thread; close it.
 *
 * @param mounts what keeps mounts alive that were made for this view only
 */
public record RootView(Tree tree, Optional<Descriptor> mounts) implements Closeable {
  @Override
  public void close() {
    tree.close();
    mounts.ifPresent(Descriptor::close);
  }
}
