package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Path;

/**
 * open_tree(2): a directory with all that is mounted below it, copied so that it hangs nowhere. It
 * is in no namespace's table of mounts and ends with its descriptor, also when the agent is killed.
 */
public final class MountCopy {
  private static final int AT_FDCWD = -100;
  private static final long OPEN_TREE_CLONE = 1;
  private static final long AT_RECURSIVE = 0x8000;
  private static final long O_CLOEXEC = 0x80000;

  private MountCopy() {}

  /**
   * A copy of {@code root} after {@code furnish} has mounted what it wants, in a namespace of its
   * own that nothing leaves: nobody else ever sees these mounts.
   */
  public static Descriptor of(Path root, Blocking.Operation<?> furnish) throws IOException {
    var copy = new Descriptor[1];
    try (var _ =
        MountNamespaces.copy(
            () -> {
              Mounts.mount("none", Path.of("/"), "none", Mounts.MS_REC | Mounts.MS_PRIVATE, "");
              furnish.run();
              copy[0] = clone(root);
              return true;
            })) {
      return copy[0];
    }
  }

  static Descriptor clone(Path root) throws IOException {
    return clone(root, AT_RECURSIVE);
  }

  /** Without what is mounted below it. */
  static Descriptor bare(Path root) throws IOException {
    return clone(root, 0);
  }

  private static Descriptor clone(Path root, long depth) throws IOException {
    try (var memory = new Strings()) {
      var result =
          Native.call(
              Call.OPEN_TREE,
              AT_FDCWD,
              memory.at(root.toString()),
              OPEN_TREE_CLONE | depth | O_CLOEXEC);
      return new Descriptor(SystemCallFailed.check(result, Call.OPEN_TREE, root));
    }
  }
}
