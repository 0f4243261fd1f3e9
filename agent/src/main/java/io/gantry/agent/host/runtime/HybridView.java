package io.gantry.agent.host.runtime;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.FileSystem;
import io.gantry.agent.host.kernel.MountNamespaces;
import io.gantry.agent.host.kernel.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lets crun run on a host with control groups of version 1 whose version 2 hierarchy still has a
 * controller (hybrid mode), which it refuses: for crun alone that hierarchy looks as if it had
 * none, by an empty file over cgroup.controllers in a private copy of the host's mounts. No
 * hierarchy is mounted, unmounted or changed. What is lost are limits by that one controller
 * (mostly hugetlb), which Docker's API cannot set.
 *
 * <p>A copy is made for each operation, so it has all that is mounted at that moment, and given up
 * with it, so it keeps nothing mounted.
 */
final class HybridView implements Entrance {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Path UNIFIED = CGROUPS.resolve("unified");
  private static final Path CONTROLLERS = UNIFIED.resolve("cgroup.controllers");
  private static final Path EMPTY = Path.of("/dev/null");

  private final Path nsenter;

  HybridView(Path nsenter) {
    this.nsenter = nsenter;
  }

  /** Whether crun would refuse this host as it is. */
  static boolean needed() throws IOException {
    return FileSystem.of(CGROUPS).magic() != FileSystem.CGROUP2
        && Files.exists(CONTROLLERS)
        && !Files.readString(CONTROLLERS).isBlank();
  }

  @Override
  public Entered enter(String program) throws IOException {
    Descriptor view = MountNamespaces.copy(HybridView::hideControllers);
    var path = "/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), view.number());
    return new Entered(List.of(nsenter.toString(), "--mount=" + path, program), view::close);
  }

  /**
   * crun looks for controllers where it makes groups; a process that joins a container's groups is
   * let in as the host is. That spares an exec a program's start and a copy of all mounts.
   */
  @Override
  public Entered enterRunning(String program) {
    return new Entered(List.of(program), () -> {});
  }

  private static boolean hideControllers() throws IOException {
    // On a host that shares its mounts the file would else appear there as well.
    Mounts.mount("none", UNIFIED, "none", Mounts.MS_PRIVATE, "");
    Mounts.bind(EMPTY, CONTROLLERS, false);
    return true;
  }
}
