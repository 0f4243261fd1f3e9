package io.gantry.agent.container.files;

import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import java.io.IOException;

/** A directory that is made, with all above it, where it is missing. */
final class MadeDirectory {
  private MadeDirectory() {}

  /** {@code path} from the tree's root; links on the way are followed inside the tree. */
  static Directory at(Tree tree, String path) throws IOException {
    try {
      return tree.directory(path);
    } catch (TreeException e) {
      if (e.errno() != TreeException.ENOENT || path.isEmpty() || path.equals("/")) {
        throw e;
      }
    }
    var slash = path.lastIndexOf('/');
    try (var above = at(tree, slash < 0 ? "" : path.substring(0, slash))) {
      try {
        tree.makeDirectory(above, path.substring(slash + 1), 0755);
      } catch (TreeException e) {
        if (e.errno() != TreeException.EEXIST) {
          throw e;
        }
      }
      return tree.openDirectory(above, path.substring(slash + 1));
    }
  }
}
