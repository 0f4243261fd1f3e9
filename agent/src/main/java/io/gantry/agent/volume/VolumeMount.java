package io.gantry.agent.volume;

import io.gantry.agent.host.kernel.MountTable;
import io.gantry.agent.host.kernel.Mounts;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The file system behind a volume with driver options, mounted on the volume's directory. Methods
 * block.
 */
final class VolumeMount {
  private VolumeMount() {}

  /** Mounted already: nothing happens. */
  static void ensure(String name, DriverOptions options, Path data) throws IOException {
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
          "error while mounting volume '%s': failed to mount local volume: mount %s:%s, data: %s: %s"
              .formatted(name, options.device(), data, options.data(), e.getMessage()),
          e);
    }
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
