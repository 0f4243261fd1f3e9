package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Path;

/** Private copies of the host's mounts. */
public final class MountNamespaces {
  private static final long CLONE_NEWNS = 0x20000L;
  private static final Path OWN = Path.of("/proc/thread-self/ns/mnt");

  private MountNamespaces() {}

  /**
   * A copy of the mounts as they are now, after {@code furnish} has changed it. Mounts that the
   * host shares stay shared with it, so {@code furnish} makes those private that it changes. The
   * copy keeps every file system in it mounted, so close it soon.
   */
  public static Descriptor copy(Blocking.Operation<?> furnish) throws IOException {
    return OwnThread.run(
        "mountns",
        () -> {
          var result = Native.call(Call.UNSHARE, CLONE_NEWNS);
          SystemCallFailed.check(result, Call.UNSHARE, "CLONE_NEWNS");
          furnish.run();
          return Descriptor.open(OWN, 0);
        });
  }
}
