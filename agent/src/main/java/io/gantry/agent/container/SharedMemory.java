package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.protocol.v1.ContainerSpec;
import java.io.IOException;
import java.nio.file.Files;

/**
 * The /dev/shm of a container whose IPC namespace others may join ({@code --ipc shareable}):
 * mounted beside its bundle, for one that joins cannot reach a mount inside another container.
 */
final class SharedMemory {
  private static final String SHAREABLE = "shareable";
  private static final long DEFAULT_BYTES = 64L << 20;

  private final Directories directories;

  SharedMemory(Directories directories) {
    this.directories = directories;
  }

  static boolean isShareable(ContainerSpec spec) {
    return spec.getSecurity().getIpcMode().equals(SHAREABLE);
  }

  /** Fresh for each run, as a private one is. */
  void mount(ContainerId id, ContainerSpec spec) throws IOException {
    if (!isShareable(spec)) {
      return;
    }
    unmount(id);
    var directory = directories.sharedMemory(id);
    Files.createDirectories(directory);
    var size = spec.getStorage().getShmSizeBytes();
    Mounts.mount(
        "shm",
        directory,
        "tmpfs",
        Mounts.MS_NOSUID | Mounts.MS_NODEV | Mounts.MS_NOEXEC,
        "mode=1777,size=" + (size > 0 ? size : DEFAULT_BYTES));
  }

  /** Not mounted: nothing happens. */
  void unmount(ContainerId id) throws IOException {
    if (Files.isDirectory(directories.sharedMemory(id))) {
      Mounts.detach(directories.sharedMemory(id));
    }
  }
}
