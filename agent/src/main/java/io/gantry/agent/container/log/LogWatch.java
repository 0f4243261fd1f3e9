package io.gantry.agent.container.log;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One inotify descriptor and one thread for everyone who follows a log. Nothing is polled. */
public final class LogWatch implements AutoCloseable {
  private final WatchService service;
  private final Map<Path, Watched> directories = new HashMap<>();

  private record Watched(WatchKey key, Set<Runnable> wakers) {}

  public LogWatch() throws IOException {
    service = FileSystems.getDefault().newWatchService();
    Thread.ofPlatform().daemon().name("log-watch").start(this::loop);
  }

  /** {@code waker} runs on the one thread whenever something in the directory was written. */
  Closeable watch(Path directory, Runnable waker) throws IOException {
    synchronized (directories) {
      var watched = directories.get(directory);
      if (watched == null) {
        var key = directory.register(service, ENTRY_MODIFY, ENTRY_CREATE);
        watched = new Watched(key, ConcurrentHashMap.newKeySet());
        directories.put(directory, watched);
      }
      watched.wakers().add(waker);
    }
    return () -> forget(directory, waker);
  }

  private void forget(Path directory, Runnable waker) {
    synchronized (directories) {
      var watched = directories.get(directory);
      if (watched != null) {
        watched.wakers().remove(waker);
        if (watched.wakers().isEmpty()) {
          directories.remove(directory);
          watched.key().cancel();
        }
      }
    }
  }

  private void loop() {
    try {
      while (true) {
        var key = service.take();
        key.pollEvents();
        Watched watched;
        synchronized (directories) {
          watched = directories.get((Path) key.watchable());
        }
        // An overflow, or a directory that went away, is a reason to look as well.
        if (watched != null) {
          watched.wakers().forEach(Runnable::run);
        }
        key.reset();
      }
    } catch (ClosedWatchServiceException closed) {
      // The agent ends.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  int size() {
    synchronized (directories) {
      return directories.size();
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
