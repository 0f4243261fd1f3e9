package io.gantry.agent.host.cgroup;

import io.gantry.agent.host.Cgroups.Mode;
import io.gantry.agent.host.kernel.Blocking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The wait of a process that is moved into a group (cgroup_threadgroup_rwsem, a per-CPU semaphore
 * guarded by rcu_sync): its first writer waits until every processor has seen it, those that follow
 * within another such period do not. So somebody writes first who changes nothing: the agent moves
 * to where it is.
 */
final class GracePeriod {
  private static final String THIS_PROCESS = "0";

  private final Path hierarchy;
  private final String line;
  private final Path memberships;
  private final AtomicBoolean underWay = new AtomicBoolean();

  /**
   * @param hierarchies one of them will do: the semaphore is that of all
   * @param proc {@code /proc}
   */
  GracePeriod(Hierarchies hierarchies, Path proc) {
    this.hierarchy = hierarchies.all().getFirst();
    this.line = hierarchies.mode() == Mode.V2 ? "" : hierarchy.getFileName().toString();
    this.memberships = proc.resolve("self/cgroup");
  }

  /** Returns at once. */
  void begin() {
    if (underWay.compareAndSet(false, true)) {
      Thread.ofVirtual().name("grace-period").start(this::pass);
    }
  }

  private void pass() {
    try {
      Blocking.run(
          () -> {
            await();
            return true;
          });
    } catch (IOException | RuntimeException onlySlower) {
      // A group that may not be written (a view of another process's): then each move waits.
    } finally {
      underWay.set(false);
    }
  }

  /** Returns when it has passed. */
  void await() throws IOException {
    Files.writeString(own(), THIS_PROCESS, StandardOpenOption.WRITE);
  }

  /** Read each time: whoever supervises the agent may have moved it. */
  private Path own() throws IOException {
    var group = Path.of("/").relativize(Path.of(path(Files.readAllLines(memberships), line)));
    return hierarchy.resolve(group).resolve("cgroup.procs");
  }

  /** cgroups(7): lines of {@code ID:CONTROLLERS:PATH}; version 2 has no controllers. */
  static String path(List<String> lines, String controllers) throws IOException {
    for (var line : lines) {
      var parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].equals(controllers)) {
        return parts[2];
      }
    }
    throw new IOException("no control group of \"%s\" is told in %s".formatted(controllers, lines));
  }
}
