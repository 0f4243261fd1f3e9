package io.gantry.agent.image;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import java.io.IOException;
import java.util.Set;

/**
 * Empty files and directories that the runtime makes in a writable layer to mount on, where the
 * image has none. They are no change anybody made.
 */
public final class MountPoints {
  private static final Set<String> DIRECTORIES = Set.of("dev", "etc", "proc", "sys");
  private static final Set<String> FILES =
      Set.of(".dockerenv", "etc/hosts", "etc/hostname", "etc/resolv.conf", "sbin/docker-init");

  private MountPoints() {}

  /** {@code path} is that of {@code name} from the root. */
  public static boolean isOne(Tree tree, Directory in, String name, String path, FileStatus status)
      throws IOException {
    if (status.type() == FileStatus.REGULAR) {
      return FILES.contains(path) && status.size() == 0;
    }
    return status.isDirectory() && DIRECTORIES.contains(path) && isEmpty(tree, in, name, path);
  }

  private static boolean isEmpty(Tree tree, Directory in, String name, String path)
      throws IOException {
    try (var directory = tree.openDirectory(in, name)) {
      for (var child : tree.list(directory)) {
        var status = tree.status(directory, child);
        if (status != null && !isOne(tree, directory, child, path + "/" + child, status)) {
          return false;
        }
      }
      return true;
    }
  }
}
