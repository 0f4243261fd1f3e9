package io.gantry.agent.build;

import io.gantry.agent.build.language.RunMount;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
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

  /** What one that is being filled is called; a crash leaves it, to be pruned like any other. */
  private static final String DRAFT = "new-";

  private CacheMounts() {}

  /** A directory in use by a step. */
  record Taken(Path directory, Runnable giveBack) implements AutoCloseable {
    @Override
    public void close() {
      giveBack.run();
    }
  }

  /** Puts into a new directory what it begins with. */
  interface Filling {
    void into(Path directory) throws IOException, BuildFailed, InterruptedException;
  }

  static final Filling EMPTY = _ -> {};

  /**
   * Waits for a locked one that others use.
   *
   * @param beginning what {@code filling} depends on: caches of one id that begin otherwise are
   *     others; empty: nothing
   */
  static Taken take(Workshop workshop, RunMount mount, String beginning, Filling filling)
      throws IOException, BuildFailed, InterruptedException {
    var id = mount.id().isEmpty() ? mount.target() : mount.id();
    var known = beginning.isEmpty() ? id : id + "\n" + beginning;
    var name = Digest.of(known.getBytes(StandardCharsets.UTF_8)).hex();
    var home = workshop.cacheMounts();
    return switch (mount.sharing()) {
      case SHARED -> new Taken(made(home.resolve(name), mount, filling), () -> {});
      case LOCKED -> {
        var directory = home.resolve(name);
        var lock = LOCKS.computeIfAbsent(directory, _ -> new Semaphore(1));
        lock.acquire();
        try {
          yield new Taken(made(directory, mount, filling), lock::release);
        } catch (IOException | BuildFailed | InterruptedException | RuntimeException e) {
          lock.release();
          throw e;
        }
      }
      case PRIVATE -> {
        var at = 0;
        var directory = home.resolve(name);
        while (!PRIVATE.add(directory)) {
          directory = home.resolve(name + "-" + ++at);
        }
        var mine = directory;
        try {
          yield new Taken(made(mine, mount, filling), () -> PRIVATE.remove(mine));
        } catch (IOException | BuildFailed | InterruptedException | RuntimeException e) {
          PRIVATE.remove(mine);
          throw e;
        }
      }
    };
  }

  /** Best effort, for lists: a shared one is not counted. */
  static boolean isTaken(Path directory) {
    var lock = LOCKS.get(directory);
    return PRIVATE.contains(directory) || lock != null && lock.availablePermits() == 0;
  }

  /** It appears with all that it begins with, or not at all. */
  private static synchronized Path made(Path directory, RunMount mount, Filling filling)
      throws IOException, BuildFailed, InterruptedException {
    if (Files.isDirectory(directory)) {
      return directory;
    }
    var home = Files.createDirectories(Objects.requireNonNull(directory.getParent()));
    var draft = Files.createTempDirectory(home, DRAFT);
    try {
      filling.into(draft);
      Files.setAttribute(draft, "unix:mode", mount.mode().orElse(0755));
      Files.setAttribute(draft, "unix:uid", mount.uid().orElse(0));
      Files.setAttribute(draft, "unix:gid", mount.gid().orElse(0));
      Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | BuildFailed | InterruptedException | RuntimeException e) {
      Tree.delete(draft);
      throw e;
    }
    return directory;
  }
}
