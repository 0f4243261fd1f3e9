package io.gantry.agent.host;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.IdRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Copy-on-write root file systems: read-only layers below one writable layer a container. */
public interface Snapshotter {
  /**
   * Mounts the container's root and returns it. Mounted already: nothing happens.
   *
   * @param layers unpacked layers' directories, lowest first, at most 127
   */
  default Path mount(ContainerId id, List<Path> layers) throws IOException {
    return mount(id, layers, IdRange.ALL);
  }

  /**
   * The same for a container with a user namespace of its own: the layers' owners are seen as ids
   * of {@code ids}, and what is written has such owners on the disk. Always the same for one
   * container.
   */
  Path mount(ContainerId id, List<Path> layers, IdRange ids) throws IOException;

  /** Takes the mount away, lazily when something still uses it. The writable layer stays. */
  void unmount(ContainerId id) throws IOException;

  /** Unmounts, and deletes the writable layer. */
  void remove(ContainerId id) throws IOException;

  /** Bytes held by the writable layer. Walks it. */
  long writableBytes(ContainerId id) throws IOException;

  /** Directory of the writable layer (overlay upper). Exists once mounted. */
  Path writableLayer(ContainerId id);

  /** Containers whose root is mounted now, as the kernel tells. */
  Set<ContainerId> mounted() throws IOException;
}
