package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.nio.file.Path;

/** Which file system a path is on (statfs(2)). */
public record FileSystem(long magic) {
  private static final long STATFS_SIZE = 256;

  public static final long OVERLAY = 0x794c7630L;
  public static final long TMPFS = 0x01021994L;
  public static final long CGROUP2 = 0x63677270L;
  public static final long NFS = 0x6969L;

  public static FileSystem of(Path path) throws IOException {
    return Blocking.run(
        () -> {
          try (var memory = new Strings()) {
            var answer = memory.block(STATFS_SIZE);
            var result = Native.call(Call.STATFS, memory.at(path.toString()), answer.address());
            SystemCallFailed.check(result, Call.STATFS, path);
            return new FileSystem(answer.get(JAVA_LONG, 0) & 0xffffffffL);
          }
        });
  }

  /** For messages. */
  public String kind() {
    if (magic == OVERLAY) {
      return "overlay";
    }
    if (magic == TMPFS) {
      return "tmpfs";
    }
    if (magic == NFS) {
      return "nfs";
    }
    return "0x" + Long.toHexString(magic);
  }
}
