package io.gantry.agent.host.overlay;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Snapshotter;
import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.FileSystem;
import io.gantry.agent.host.kernel.IdRange;
import io.gantry.agent.host.kernel.MappedMounts;
import io.gantry.agent.host.kernel.MountCopy;
import io.gantry.agent.host.kernel.MountTable;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.agent.host.kernel.Placement;
import io.gantry.agent.host.kernel.SystemCallFailed;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.host.kernel.UserNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** {@link Snapshotter} by overlayfs. Holds no state but the directory: the kernel has it. */
public final class OverlaySnapshotter implements Snapshotter {
  private static final int MOST_LAYERS = 127;

  private final Path containers;

  /** {@code containers}: where each container has a directory named by its id. Made if absent. */
  public OverlaySnapshotter(Path containers) throws IOException {
    this.containers = Files.createDirectories(containers.toAbsolutePath()).toRealPath();
    // What one writes must not cost more because another has just been deleted.
    Placement.spreadBelow(this.containers);
  }

  @Override
  public Path mount(ContainerId id, List<Path> stack, IdRange ids) throws IOException {
    var layers = distinct(stack);
    var root = directory(id, "rootfs");
    if (isMounted(root)) {
      return root;
    }
    var what = "mount root of container " + id;
    if (layers.isEmpty() || layers.size() > MOST_LAYERS) {
      throw new IOException(
          what + ": 1 to 127 layers are possible, not " + layers.size() + " layers");
    }
    for (var layer : layers) {
      if (!Files.isDirectory(layer)) {
        throw new IOException(what + ": layer " + layer + " is not a directory");
      }
    }
    var upper = Files.createDirectories(directory(id, "upper"));
    var work = Files.createDirectories(directory(id, "work"));
    Files.createDirectories(root);
    try {
      if (ids.isAll()) {
        overlay(layers, upper, work, root);
      } else {
        mapped(layers, upper, work, root, ids);
      }
    } catch (SystemCallFailed failed) {
      throw explained(what, failed);
    }
    return root;
  }

  private static void overlay(List<Path> layers, Path upper, Path work, Path root)
      throws IOException {
    try (var options = new OverlayOptions(layers, upper, work)) {
      Mounts.mount("overlay", root, "overlay", 0, options.text());
    }
  }

  /**
   * The kernel maps no overlay, but an overlay may be made of mapped layers. Those are mounted over
   * themselves where nobody else sees it, and stay as long as the overlay does. The writable layer
   * is not mapped: the kernel's own files in it would have no owner then.
   */
  private static void mapped(List<Path> layers, Path upper, Path work, Path root, IdRange ids)
      throws IOException {
    if (Integer.valueOf(0).equals(Files.getAttribute(upper, "unix:uid"))) {
      Files.setAttribute(upper, "unix:uid", (int) ids.first());
      Files.setAttribute(upper, "unix:gid", (int) ids.first());
    }
    try (var namespace = UserNamespaces.create(ids);
        var mount =
            MountCopy.of(
                root,
                () -> {
                  for (var layer : layers) {
                    MappedMounts.bind(layer, layer, namespace);
                  }
                  overlay(layers, upper, work, root);
                  return true;
                })) {
      MappedMounts.move(mount, root);
    }
  }

  /**
   * A layer may stand in an image more than once (two steps that changed nothing, for one), but the
   * kernel refuses to see a directory twice. The highest has the last word on all it holds, so the
   * lower ones say nothing.
   */
  private static List<Path> distinct(List<Path> lowestFirst) {
    return List.copyOf(new LinkedHashSet<>(lowestFirst.reversed())).reversed();
  }

  @Override
  public void unmount(ContainerId id) throws IOException {
    // Detached rather than unmounted: one call whether busy or not, and never a wait for users.
    Mounts.detachAndRelease(directory(id, "rootfs"));
  }

  @Override
  public void remove(ContainerId id) throws IOException {
    var root = directory(id, "rootfs");
    while (Mounts.detachAndRelease(root)) {
      // Mounted twice by two agents at once: both mounts go.
    }
    Tree.delete(directory(id, "upper"));
    Tree.delete(directory(id, "work"));
    Tree.delete(root);
  }

  @Override
  public long writableBytes(ContainerId id) throws IOException {
    return WritableBytes.of(directory(id, "upper"));
  }

  @Override
  public Path writableLayer(ContainerId id) {
    return directory(id, "upper");
  }

  @Override
  public Set<ContainerId> mounted() throws IOException {
    var ids = new HashSet<ContainerId>();
    for (var mount : MountTable.read()) {
      var point = Path.of(mount.point());
      if (point.endsWith("rootfs")
          && point.getNameCount() == containers.getNameCount() + 2
          && point.startsWith(containers)) {
        ContainerId.parse(point.getName(point.getNameCount() - 2).toString()).ifPresent(ids::add);
      }
    }
    return ids;
  }

  private Path directory(ContainerId id, String name) {
    return containers.resolve(id.value()).resolve(name);
  }

  /** A mount has a device number of its own, so there is no need to read the whole table. */
  private static boolean isMounted(Path root) throws IOException {
    try {
      return !device(root).equals(device(Objects.requireNonNull(root.getParent())));
    } catch (NoSuchFileException absent) {
      return false;
    }
  }

  private static Object device(Path path) throws IOException {
    return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
  }

  private IOException explained(String what, SystemCallFailed failed) throws IOException {
    var reason = failed.getMessage();
    var below = FileSystem.of(containers);
    if (failed.errno() == Errno.ENODEV) {
      reason += " (this kernel has no overlay file system)";
    } else if (failed.errno() == Errno.EINVAL || failed.errno() == Errno.EOPNOTSUPP) {
      reason +=
          " (writable layers are on %s: a file system of type %s, which may not be able to hold one)"
              .formatted(containers, below.kind());
    }
    return new IOException(what + ": " + reason, failed);
  }
}
