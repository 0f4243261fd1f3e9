package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices the file that a monitor makes whenever the kernel has killed in its run's control group.
 * The file is renamed, so that the next one is noticed too. One inotify descriptor for all runs.
 */
final class OomWatch {
  private static final Logger LOG = LoggerFactory.getLogger(OomWatch.class);

  private final Map<Path, Watched> watched = new ConcurrentHashMap<>();
  private @Nullable WatchService service;

  private record Watched(WatchKey key, Consumer<Instant> listener) {}

  /** Opened with the first run. */
  private synchronized WatchService service() throws IOException {
    var open = service;
    if (open == null) {
      var opened = FileSystems.getDefault().newWatchService();
      Thread.ofPlatform().daemon().name("oom-watch").start(() -> loop(opened));
      service = opened;
      return opened;
    }
    return open;
  }

  void add(RunFiles files, Consumer<Instant> listener) {
    try {
      var key = files.directory().register(service(), StandardWatchEventKinds.ENTRY_CREATE);
      watched.put(files.directory(), new Watched(key, listener));
      look(files.directory());
    } catch (IOException gone) {
      // Its end will tell.
    }
  }

  void remove(RunFiles files) {
    var one = watched.remove(files.directory());
    if (one != null) {
      one.key().cancel();
    }
  }

  private void loop(WatchService service) {
    try {
      while (true) {
        var key = service.take();
        key.pollEvents();
        look((Path) key.watchable());
        key.reset();
      }
    } catch (ClosedWatchServiceException | InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Path directory) {
    var one = watched.get(directory);
    var mark = directory.resolve(RunFiles.OOM);
    if (one == null || !Files.exists(mark)) {
      return;
    }
    try {
      var at = Files.getLastModifiedTime(mark).toInstant();
      Files.move(mark, directory.resolve(RunFiles.OOM_SEEN), StandardCopyOption.REPLACE_EXISTING);
      Thread.ofVirtual().name("oom").start(() -> one.listener().accept(at));
    } catch (IOException e) {
      LOG.warn("cannot take note of {}", mark, e);
    }
  }
}
