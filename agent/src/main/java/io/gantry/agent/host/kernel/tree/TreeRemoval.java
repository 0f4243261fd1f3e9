package io.gantry.agent.host.kernel.tree;

import java.io.IOException;

/**
 * Deletes within an open tree. Never follows a link, knows no longest path, may be repeated. Holds
 * one descriptor a level; a whole tree of unknown depth goes by {@link
 * io.gantry.agent.host.kernel.Tree#delete}.
 */
public final class TreeRemoval {
  private TreeRemoval() {}

  /** Deletes what is in {@code directory}. */
  public static void empty(Tree tree, Tree.Directory directory) throws IOException {
    for (var name : tree.list(directory)) {
      remove(tree, directory, name);
    }
  }

  /** Deletes one name and everything below it. */
  public static void remove(Tree tree, Tree.Directory in, String name) throws IOException {
    var status = tree.status(in, name);
    if (status == null) {
      return;
    }
    if (!status.isDirectory()) {
      tree.removeFile(in, name);
      return;
    }
    try (var child = tree.openDirectory(in, name)) {
      empty(tree, child);
    }
    tree.removeEmptyDirectory(in, name);
  }
}
