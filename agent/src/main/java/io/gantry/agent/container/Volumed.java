package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What a container needs of the volumes' room. Methods block. */
public interface Volumed {
  /**
   * Makes the volume's directory ready for this container and returns it. A fresh volume takes the
   * image's content at the destination when {@code root}, the container's mounted root, is given
   * and copying was not refused.
   */
  Path prepare(ContainerId id, MountPoint mount, MountedRoot root, Optional<MountSpec> spec)
      throws IOException;

  /** The container's run has ended. */
  void unmounted(ContainerId id, MountPoint mount);

  /** The container is gone; anonymous volumes go with it when {@code removeAnonymous}. */
  void release(ContainerId id, Iterable<MountPoint> mounts, boolean removeAnonymous)
      throws IOException;
}
