package io.gantry.agent.build;

import io.gantry.agent.build.language.RunMount;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Directories that RUN steps of all builds keep things in, by the id the Dockerfile gives. They
 * outlive the agent and go with the build cache.
 */
final class CacheMounts {
  /** Locks of this agent: steps never outlive it unseen, so nothing needs to be on the disk. */
  private static final Set<Path> PRIVATE = ConcurrentHashMap.newKeySet();

  private static final ConcurrentHashMap<Path, Semaphore> LOCKS = new ConcurrentHashMap<>();

  private CacheMounts() {}

  /** A directory in use by a step. */
  record Taken(Path directory, Runnable giveBack) implements AutoCloseable {
    @Override
    public void close() {
      giveBack.run();
    }
  }

  static Taken take(Workshop workshop, RunMount mount) throws IOException, InterruptedException {
    var name =
        Digest.of(
                (mount.id().isEmpty() ? mount.target() : mount.id())
                    .getBytes(StandardCharsets.UTF_8))
            .hex();
    var home = workshop.cacheMounts();
    return switch (mount.sharing()) {
      case SHARED -> new Taken(made(home.resolve(name), mount), () -> {});
      case LOCKED -> {
        var directory = home.resolve(name);
        var lock = LOCKS.computeIfAbsent(directory, _ -> new Semaphore(1));
        lock.acquire();
        yield new Taken(made(directory, mount), lock::release);
      }
      case PRIVATE -> {
        var at = 0;
        var directory = home.resolve(name);
        while (!PRIVATE.add(directory)) {
          directory = home.resolve(name + "-" + ++at);
        }
        var mine = directory;
        yield new Taken(made(mine, mount), () -> PRIVATE.remove(mine));
      }
    };
  }

  /** Best effort, for lists: a shared one is not counted. */
  static boolean isTaken(Path directory) {
    var lock = LOCKS.get(directory);
    return PRIVATE.contains(directory) || lock != null && lock.availablePermits() == 0;
  }

  private static Path made(Path directory, RunMount mount) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      Files.setAttribute(directory, "unix:mode", mount.mode().orElse(0755));
      Files.setAttribute(directory, "unix:uid", mount.uid().orElse(0));
      Files.setAttribute(directory, "unix:gid", mount.gid().orElse(0));
    }
    return directory;
  }
}
