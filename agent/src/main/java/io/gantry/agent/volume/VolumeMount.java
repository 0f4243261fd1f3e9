package io.gantry.agent.volume;

import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.MountTable;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.agent.host.kernel.SystemCallFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The file system behind a volume with driver options, mounted on the volume's directory. Methods
 * block.
 */
final class VolumeMount {
  private VolumeMount() {}

  /** Mounted already: nothing happens. */
  static void ensure(DriverOptions options, Path data) throws IOException {
    if (isMounted(data)) {
      return;
    }
    try {
      Mounts.mount(options.device(), data, options.type(), options.flags(), options.data());
      if ((options.flags() & Mounts.MS_BIND) != 0 && (options.flags() & Mounts.MS_RDONLY) != 0) {
        // A bind mount takes its own flags only when it is mounted again.
        Mounts.mount(
            options.device(), data, options.type(), options.flags() | Mounts.MS_REMOUNT, "");
      }
    } catch (IOException e) {
      throw new IOException(
          "error while mounting volume '%s': failed to mount local volume: mount %s:%s%s: %s"
              .formatted(data, options.device(), data, asked(options), reason(e)),
          e);
    }
  }

  private static String asked(DriverOptions options) {
    var flags = options.flags() == 0 ? "" : ", flags: 0x%x".formatted(options.flags());
    return options.data().isEmpty() ? flags : flags + ", data: " + options.data();
  }

  /** As Docker has it: its command line finds the exit code of a failed start in such words. */
  private static String reason(IOException failure) {
    return failure instanceof SystemCallFailed call
        ? Errno.text(call.errno()).toLowerCase(Locale.ROOT)
        : String.valueOf(failure.getMessage());
  }

  /** Not mounted: nothing happens. A file system still in use goes when its last user does. */
  static void release(Path data) throws IOException {
    if (isMounted(data)) {
      Mounts.detach(data);
    }
  }

  private static boolean isMounted(Path data) throws IOException {
    var point = data.toString();
    return MountTable.read().stream().anyMatch(mount -> mount.point().equals(point));
  }
}
