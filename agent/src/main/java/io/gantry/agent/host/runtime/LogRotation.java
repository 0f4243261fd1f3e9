package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last files of a log: NAME.1 is the one before NAME. The file is renamed first and the
 * monitor then told to open a new one, so no line is lost: what it writes in between is in NAME.1.
 * Sizes are looked at once a second, oftener while a log grows so fast that it would be full
 * before; a monitor without an agent keeps to the same number of bytes in one file by itself.
 */
final class LogRotation {
  private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration SHORTEST = Duration.ofMillis(20);
  private static final String REOPEN = "2 0 0\n";

  private final Map<Path, Rotated> logs = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("log-rotation").factory());
  private boolean running;

  /** What a run's log is bounded by; kept in a file of the run for the next agent. */
  record Bounds(Path log, long maxBytes, int maxFiles) {
    boolean rotate() {
      return maxBytes > 0 && maxFiles > 1;
    }

    String text() {
      return maxBytes + " " + maxFiles + " " + log;
    }

    static Optional<Bounds> parse(String text) {
      var parts = text.split(" ", 3);
      try {
        return parts.length == 3
            ? Optional.of(
                new Bounds(Path.of(parts[2]), Long.parseLong(parts[0]), Integer.parseInt(parts[1])))
            : Optional.empty();
      } catch (NumberFormatException cut) {
        return Optional.empty();
      }
    }
  }

  /** A log, and what it was when it was looked at last. */
  private static final class Rotated {
    private final RunFiles files;
    private final Bounds bounds;
    private long size;
    private long at = System.nanoTime();

    Rotated(RunFiles files, Bounds bounds) {
      this.files = files;
      this.bounds = bounds;
    }

    /** When it will be full if it goes on growing like this. */
    long nanosUntilFull(long now, long sizeNow) {
      var grown = sizeNow - size;
      var since = now - at;
      size = sizeNow;
      at = now;
      return grown <= 0
          ? Long.MAX_VALUE
          : (long) ((double) (bounds.maxBytes() - sizeNow) / grown * since);
    }
  }

  synchronized void add(RunFiles files, Bounds bounds) {
    logs.put(files.directory(), new Rotated(files, bounds));
    if (!running) {
      running = true;
      clock.schedule(this::look, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  void remove(RunFiles files) {
    logs.remove(files.directory());
  }

  void removeBelow(Path container) {
    logs.keySet().removeIf(run -> run.startsWith(container));
  }

  private void look() {
    var soonest = Long.MAX_VALUE;
    for (var each : logs.values()) {
      try {
        var size = Files.size(each.bounds.log());
        soonest = Math.min(soonest, each.nanosUntilFull(System.nanoTime(), size));
        if (size > each.bounds.maxBytes()) {
          rotate(each);
        }
      } catch (NoSuchFileException none) {
        // The monitor is about to open the new one, or the run's files are gone.
      } catch (IOException | RuntimeException failed) {
        LOG.warn("cannot rotate {}", each.bounds.log(), failed);
      }
    }
    // Half of the time that is left, for it may grow faster yet.
    var pause = Math.clamp(soonest / 2, SHORTEST.toNanos(), PERIOD.toNanos());
    clock.schedule(this::look, pause, TimeUnit.NANOSECONDS);
  }

  private static void rotate(Rotated rotated) throws IOException {
    var log = rotated.bounds.log();
    for (var age = rotated.bounds.maxFiles() - 1; age > 1; age--) {
      if (Files.exists(aged(log, age - 1))) {
        Files.move(aged(log, age - 1), aged(log, age), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(log, aged(log, 1), StandardCopyOption.REPLACE_EXISTING);
    rotated.files.control(REOPEN);
  }

  private static Path aged(Path log, int age) {
    return log.resolveSibling(log.getFileName() + "." + age);
  }
}
