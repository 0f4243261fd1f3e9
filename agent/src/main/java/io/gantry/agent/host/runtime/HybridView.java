package io.gantry.agent.host.runtime;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.FileSystem;
import io.gantry.agent.host.kernel.MountNamespaces;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.agent.host.kernel.OwnMountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * Lets crun run on a host with control groups of version 1 whose version 2 hierarchy still has a
 * controller (hybrid mode), which it refuses: for crun alone that hierarchy looks as if it had
 * none, by an empty file over cgroup.controllers in a private copy of the host's mounts. No
 * hierarchy is mounted, unmounted or changed. What is lost are limits by that one controller
 * (mostly hugetlb), which Docker's API cannot set.
 *
 * <p>A copy is made for each operation, so it has all that is mounted at that moment, and given up
 * with it, so it keeps nothing mounted. What belongs to other containers is left out of it where
 * one is created that cannot see it: crun copies, reads and clears up the whole table of mounts
 * each time, which took as long as all the rest with 400 containers.
 */
final class HybridView implements Entrance {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Path UNIFIED = CGROUPS.resolve("unified");
  private static final Path CONTROLLERS = UNIFIED.resolve("cgroup.controllers");
  private static final Path EMPTY = Path.of("/dev/null");

  private final Path nsenter;
  private final List<OwnMountPoint> crowds;

  /** {@code crowds}: where what belongs to single containers is mounted. */
  HybridView(Path nsenter, List<OwnMountPoint> crowds) {
    this.nsenter = nsenter;
    this.crowds = crowds;
  }

  /** Whether crun would refuse this host as it is. */
  static boolean needed() throws IOException {
    return FileSystem.of(CGROUPS).magic() != FileSystem.CGROUP2
        && Files.exists(CONTROLLERS)
        && !Files.readString(CONTROLLERS).isBlank();
  }

  @Override
  public Entered enter(String program) throws IOException {
    return entered(program, MountNamespaces.copy(HybridView::hideControllers));
  }

  @Override
  public Entered enterCreating(String program, List<Path> paths) throws IOException {
    var real = new ArrayList<Path>();
    for (var path : paths) {
      real(path).ifPresent(real::add);
    }
    var kept = new HashMap<OwnMountPoint, List<Path>>();
    for (var crowd : crowds) {
      var own = own(crowd, real);
      if (own.isEmpty()) {
        return enter(program);
      }
      kept.put(crowd, own.get());
    }
    return entered(
        program,
        MountNamespaces.copy(
            () -> {
              hideControllers();
              for (var crowd : crowds) {
                crowd.leaveOut(kept.getOrDefault(crowd, List.of()));
              }
              return true;
            }));
  }

  /** The container's own of a crowd; empty: it sees more than single ones of them. */
  private static Optional<List<Path>> own(OwnMountPoint crowd, List<Path> real) throws IOException {
    var own = new ArrayList<Path>();
    for (var path : real) {
      switch (crowd.sight(path)) {
        case NONE -> {}
        case ONE -> own.add(path);
        case OTHER -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(own);
  }

  /** Empty: it is not there, as the runtime will say; or a link of the kernel's to no file. */
  private static Optional<Path> real(Path path) throws IOException {
    try {
      return Optional.of(path.toRealPath());
    } catch (NoSuchFileException nowhere) {
      return Optional.empty();
    }
  }

  private Entered entered(String program, Descriptor view) {
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
