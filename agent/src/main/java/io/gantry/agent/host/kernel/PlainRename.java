package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * rename(2) within one file system, also where the kernel would refuse it because one of the two
 * paths leads through a directory that is mounted over itself ({@link OwnMountPoint}): both are
 * looked up in a copy of the mount that holds what they have in common, with nothing on it.
 */
public final class PlainRename {
  private PlainRename() {}

  /** {@code from} and {@code to}: absolute; replaces an empty directory. */
  public static void move(Path from, Path to) throws IOException {
    var common = from;
    while (!to.startsWith(common)) {
      common = Objects.requireNonNull(common.getParent());
    }
    try (var home = MountCopy.bare(common);
        var memory = new Strings()) {
      var result =
          Native.call(
              Call.RENAMEAT2,
              home.number(),
              memory.at(common.relativize(from).toString()),
              home.number(),
              memory.at(common.relativize(to).toString()),
              0);
      SystemCallFailed.check(result, Call.RENAMEAT2, from);
    }
  }
}
