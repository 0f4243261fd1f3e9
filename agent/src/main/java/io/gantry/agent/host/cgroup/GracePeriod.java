package io.gantry.agent.host.cgroup;

import io.gantry.agent.host.Cgroups.Mode;
import io.gantry.agent.host.kernel.Blocking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The wait of a process that is moved into a group (cgroup_threadgroup_rwsem, a per-CPU semaphore
 * guarded by rcu_sync): its first writer waits until every processor has seen it, those that follow
 * within another such period do not. So somebody writes first who changes nothing: the agent moves
 * to where it is. Processes come in rows, so it goes on with that for a while: the next one finds
 * no wait at all.
 */
final class GracePeriod {
  private static final String THIS_PROCESS = "0";

  /** As a period is seen to take 6 to 16 ms, and a processor's tick 4. */
  private static final Duration BETWEEN_MOVES = Duration.ofMillis(8);

  private static final Duration WHILE = Duration.ofSeconds(1);

  private final Path hierarchy;
  private final String line;
  private final Path memberships;
  private final AtomicBoolean underWay = new AtomicBoolean();

  /** {@link System#nanoTime} */
  private volatile long openUntil;

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
    openUntil = System.nanoTime() + WHILE.toNanos();
    if (underWay.compareAndSet(false, true)) {
      Thread.ofVirtual().name("grace-period").start(this::pass);
    }
  }

  private void pass() {
    try {
      move();
      while (System.nanoTime() - openUntil < 0) {
        Thread.sleep(BETWEEN_MOVES);
        move();
      }
    } catch (IOException | RuntimeException | InterruptedException onlySlower) {
      // A group that may not be written (a view of another process's): then each move waits.
    } finally {
      underWay.set(false);
    }
  }

  private void move() throws IOException {
    Blocking.run(
        () -> {
          await();
          return true;
        });
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
