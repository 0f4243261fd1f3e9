package io.gantry.agent.build;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.TreeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Empty files and directories that the runtime made in a step's layer for the step's mounts, where
 * the image has none. They are nothing the step has made, so they go.
 */
final class MountStubs {
  private MountStubs() {}

  /**
   * @param upper what the step wrote
   * @param lower layers below it
   * @param targets of its mounts
   */
  static void remove(Path upper, List<Path> lower, List<String> targets) throws IOException {
    try (var tree = Tree.open(upper)) {
      for (var target : targets) {
        for (var path = Paths.clean(ByteStrings.fromText(target));
            !path.isEmpty() && !isInAny(lower, path) && isRemoved(tree, path);
            path = Paths.parent(path)) {
          continue;
        }
      }
    }
  }

  private static boolean isInAny(List<Path> layers, String path) throws IOException {
    for (var layer : layers) {
      try (var tree = Tree.open(layer);
          var parent = tree.directory(Paths.parent(path))) {
        if (tree.status(parent, Paths.leaf(path)) != null) {
          return true;
        }
      } catch (TreeException absent) {
        continue;
      }
    }
    return false;
  }

  /** True when it was there, empty, and is gone. */
  private static boolean isRemoved(Tree tree, String path) throws IOException {
    try (var parent = tree.directory(Paths.parent(path))) {
      var leaf = Paths.leaf(path);
      var status = tree.status(parent, leaf);
      if (status == null) {
        return false;
      }
      if (status.isDirectory()) {
        tree.removeEmptyDirectory(parent, leaf);
        return true;
      }
      if (status.type() == FileStatus.REGULAR && status.size() == 0) {
        tree.removeFile(parent, leaf);
        return true;
      }
      return false;
    } catch (TreeException notEmptyOrNotThere) {
      return false;
    }
  }
}
